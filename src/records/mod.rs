//! What a write does, start to finish, inside its transaction: the rules of the domain applied to what is stored, and the
//! audit entry that goes with it. One script per write; every door of the program uses them.

pub(crate) mod actions;
pub(crate) mod agenda_items;
mod authority;
mod bulk;
pub(crate) mod calendar;
pub(crate) mod committees;
pub(crate) mod delegations;
mod exemption;
mod failure;
pub(crate) mod imports;
pub(crate) mod meetings;
pub(crate) mod minutes;
pub(crate) mod posts;
pub(crate) mod published;
pub(crate) mod resolutions;
pub(crate) mod responses;
mod sight;
mod source;
mod sourced;
mod succession;
mod writing;

pub(crate) use bulk::under;
pub(crate) use failure::{Conflict, Failure, FieldError, Undone};
pub(crate) use sight::{Telling, Told, conceal, mentioned_in_history, names_hidden, sight_of};
pub(crate) use source::Source;
pub(crate) use sourced::Sourced;
pub(crate) use writing::{Effect, Follows, Precondition, Writing};
