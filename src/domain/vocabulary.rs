//! Closed vocabularies: enums whose values travel and are stored as `snake_case` words.

/// Declares a closed vocabulary with its words, its parser and its place in the API document.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] #[schema(rename = $word)] $variant),+
        }

        impl $name {
            /// Every word of the vocabulary, in its documented order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it travels and as it is stored.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::text::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::domain::text::UnknownWord {
                        known: &[$($word),+],
                    }),
                }
            }
        }
    };
}

pub(crate) use vocabulary;
