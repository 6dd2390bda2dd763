//! Cursors: opaque, authenticated places in a list, bound to the list, its filters and the caller (R15).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;

use super::problem::{Kind, Problem};

/// Bytes of the authentication tag that are kept.
const TAG: usize = 16;

/// Makes and reads cursors.
pub(crate) struct Cursors {
    key: Vec<u8>,
}

/// What a cursor is good for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binding<'a> {
    /// The list's path.
    pub(crate) list: &'a str,
    /// Its filters and sort, as the caller wrote them, in order of name.
    pub(crate) query: &'a str,
    /// The caller's subject.
    pub(crate) caller: &'a str,
}

impl Cursors {
    /// Cursors under a key that all instances share.
    pub(crate) const fn new(key: Vec<u8>) -> Self {
        Self { key }
    }

    fn tag(&self, binding: Binding<'_>, place: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        for part in [binding.list, binding.query, binding.caller] {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.update(place);
        Some(mac)
    }

    /// The cursor of a place.
    pub(crate) fn seal(&self, binding: Binding<'_>, place: &impl Serialize) -> Option<String> {
        let mut bytes = serde_json::to_vec(place).ok()?;
        let tag = self.tag(binding, &bytes)?.finalize().into_bytes();
        bytes.extend_from_slice(&tag[..TAG]);
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The place of a cursor, if it was made here for this list, these filters and this caller.
    pub(crate) fn open<P: DeserializeOwned>(
        &self,
        binding: Binding<'_>,
        cursor: &str,
    ) -> Result<P, Problem> {
        let refused = || Problem::plain(Kind::BadCursor);
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refused())?;
        let (place, tag) = bytes
            .split_at_checked(bytes.len().saturating_sub(TAG))
            .ok_or_else(refused)?;
        self.tag(binding, place)
            .ok_or_else(refused)?
            .verify_truncated_left(tag)
            .ok()
            .filter(|()| tag.len() == TAG)
            .ok_or_else(refused)?;
        serde_json::from_slice(place).map_err(|_| refused())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BINDING: Binding<'static> = Binding {
        list: "/v1/actions",
        query: "state=open",
        caller: "a",
    };

    proptest! {
        #[test]
        fn a_cursor_opens_where_it_was_made_and_not_with_a_bit_changed(place in "\\PC{0,40}", at: prop::sample::Index, bit in 0u8..8) {
            let cursors = Cursors::new(vec![7; 32]);
            let cursor = cursors.seal(BINDING, &place).unwrap();
            prop_assert_eq!(cursors.open::<String>(BINDING, &cursor).unwrap(), place);

            let mut bytes = cursor.clone().into_bytes();
            bytes[at.index(cursor.len())] ^= 1 << bit;
            let altered = String::from_utf8_lossy(&bytes).into_owned();
            prop_assert!(cursors.open::<String>(BINDING, &altered).is_err());
        }
    }

    #[test]
    fn a_cursor_is_bound_to_its_list_filters_caller_and_key() {
        let cursors = Cursors::new(vec![7; 32]);
        let cursor = cursors.seal(BINDING, &"here").unwrap();
        for other in [
            Binding {
                list: "/v1/posts",
                ..BINDING
            },
            Binding {
                query: "state=closed",
                ..BINDING
            },
            Binding {
                caller: "b",
                ..BINDING
            },
            Binding {
                list: "/v1/actionss",
                query: "tate=open",
                caller: "a",
            },
        ] {
            assert!(cursors.open::<String>(other, &cursor).is_err());
        }
        assert!(
            Cursors::new(vec![8; 32])
                .open::<String>(BINDING, &cursor)
                .is_err()
        );
        assert!(cursors.open::<String>(BINDING, "").is_err());
    }
}
