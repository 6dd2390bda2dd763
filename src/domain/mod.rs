//! The field's types and rules: committees, resolutions, due terms, the life of an action, references.
//!
//! Pure: no I/O, no framework and no clock of its own. Words come from the field; see each type.

mod vocabulary;

pub mod agenda;
pub mod assurance;
pub mod committee;
pub mod derived;
pub mod due;
pub mod ids;
pub mod life;
pub mod links;
pub mod meeting;
pub mod rag;
pub mod reference;
pub mod resolution;
pub mod rules;
pub mod search;
pub mod structure;
pub mod text;
