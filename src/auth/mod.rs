//! Who is calling and what they may do: bearer tokens (RFC 6750, RFC 7519, RFC 8725, RFC 9068), the keys that verify
//! them (RFC 7517), and the [`Caller`] that comes of it. Nothing here knows the web framework or the database.

mod authenticator;
mod caller;
mod claims;
mod error;
mod header;
mod jwks;
mod keys;
pub mod mint;
mod strict_json;

pub use authenticator::{AuthSetupError, Authenticator};
pub use caller::{Caller, Role, Roles, UnknownRole};
pub use error::{AuthError, InvalidToken, bearer_token};
pub use keys::KeyError;

#[cfg(test)]
mod tests;
