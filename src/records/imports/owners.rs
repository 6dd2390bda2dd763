//! The posts that the rows name: the same name is taken, names like it are offered.

use super::cells::Row;
use super::places::{MAX_COMPARED, Places};
use super::report::shortened;
use crate::domain::ids::PostId;
use crate::domain::imported::TrackerField;
use crate::domain::naming::{NameMatch, fold};
use crate::domain::text::check_line;

/// The longest title of a post.
const MAX_POST: usize = 200;

/// A post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// One that is recorded.
    Post(PostId),
    /// One that is to be recorded under this title.
    New(String),
}

impl Places<'_> {
    /// The posts that the row names, the first of which is the owner.
    pub(super) fn owners_of(&mut self, row: &mut Row) -> Option<Vec<Named>> {
        let printed = row.owner.clone();
        let whole = self.post(&printed);
        let error = match whole {
            Ok(post) => return Some(vec![post]),
            Err(error) => error,
        };
        for parts in partings(&printed) {
            let known: Option<Vec<_>> = parts
                .into_iter()
                .map(|part| self.known_post(part))
                .collect();
            if let Some(known) = known {
                let mut each: Vec<Named> = Vec::new();
                for post in known {
                    if !each.contains(&post) {
                        each.push(post);
                    }
                }
                return Some(each);
            }
        }
        row.refuse(TrackerField::Owner, error.0, error.1);
        None
    }

    /// A post whose title a part of a cell is, or that was named for it.
    fn known_post(&self, printed: &str) -> Option<Named> {
        let named = self.owners.get(&fold(printed)).map(String::as_str);
        let title = named.unwrap_or(printed);
        let by_id = title
            .parse()
            .ok()
            .filter(|id| self.standing.contains_key(id));
        by_id.or_else(|| self.posts.exactly(title)).map(Named::Post)
    }

    fn post(&mut self, printed: &str) -> Result<Named, (&'static str, String)> {
        if let Some(known) = self.found.get(printed) {
            return known.clone();
        }
        let found = self.find_post(printed);
        self.found.insert(printed.to_owned(), found.clone());
        found
    }

    fn find_post(&mut self, printed: &str) -> Result<Named, (&'static str, String)> {
        let named = self.owners.get(&fold(printed)).cloned();
        if let Some(id) = named
            .as_ref()
            .and_then(|named| named.parse::<PostId>().ok())
        {
            let there = self.standing.contains_key(&id);
            return there.then_some(Named::Post(id)).ok_or_else(|| {
                let detail =
                    format!("{id}, which was named for it, is no post that has not ended.");
                ("not_found", detail)
            });
        }
        let title = named.as_deref().unwrap_or(printed);
        if title.is_empty() {
            let detail = "The owner is needed. Name a post for rows without one.".to_owned();
            return Err(("required", detail));
        }
        let short = shortened(title, 100);
        if let Some(id) = self.posts.exactly(title) {
            return Ok(Named::Post(id));
        }
        if let NameMatch::Close(like) = self.like(title, |known| &known.posts) {
            let mut detail = format!("There is no post of the title \u{201c}{short}\u{201d}.");
            detail.push_str(&did_you_mean(like.into_iter().map(|one| one.name)));
            return Err(("not_found", detail));
        }
        if let Some(ended) = self.ended.get(&fold(title)) {
            let successor = ended.successor_id.and_then(|id| self.standing.get(&id));
            let instead =
                successor.map(|post| format!(" \u{201c}{}\u{201d} took its place.", post.title));
            let detail = format!(
                "The post \u{201c}{short}\u{201d} has ended.{}",
                instead.unwrap_or_default()
            );
            return Err(("post_ended", detail));
        }
        if self.options.create_posts && self.compared >= MAX_COMPARED {
            let detail = format!(
                "More than {MAX_COMPARED} names are no post\u{2019}s. Record the posts first, or look at the column."
            );
            return Err(("too_many_posts", detail));
        }
        if self.options.create_posts {
            return match check_line(title, MAX_POST) {
                Ok(()) => Ok(Named::New(title.to_owned())),
                Err(error) => Err((error.code(), format!("The title of a post {error}."))),
            };
        }
        let detail = format!(
            "There is no post of the title \u{201c}{short}\u{201d}. Record it, name another for it, or ask for missing posts to be recorded."
        );
        Err(("not_found", detail))
    }
}

/// The ways in which a cell may be parted into several names, the surest first: what stands between names may also stand in one.
fn partings(printed: &str) -> Vec<Vec<&str>> {
    let marked: [&[&str]; 3] = [
        &[";", "/", "\n"],
        &[";", "/", "\n", ","],
        &[";", "/", "\n", ",", "&", " and "],
    ];
    let parted = marked.iter().map(|marks| {
        let whole = vec![printed];
        let parts = marks.iter().fold(whole, |parts, mark| {
            parts.iter().flat_map(|part| part.split(mark)).collect()
        });
        let named = parts
            .into_iter()
            .map(str::trim)
            .filter(|part| !part.is_empty());
        named.collect::<Vec<_>>()
    });
    parted.filter(|parts| parts.len() > 1).collect()
}

pub(super) fn did_you_mean(names: impl Iterator<Item = String>) -> String {
    let names: Vec<_> = names
        .map(|name| format!("\u{201c}{}\u{201d}", shortened(&name, 100)))
        .collect();
    format!(" Did you mean {}?", names.join(" or "))
}
