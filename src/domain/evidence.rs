//! What shows that an action was done.

use super::life::State;
use super::text::{TextError, check_line};
use super::vocabulary::vocabulary;

vocabulary! {
    /// What a piece of evidence is.
    EvidenceKind {
        /// A report, to the committee or another.
        Report = "report",
        /// A letter or a message.
        Letter = "letter",
        /// Something on the web.
        Link = "link",
        /// A minute of a meeting.
        Minute = "minute",
        /// A file of another kind.
        File = "file",
    }
}

/// Whether something can be shown for an action in this state: it was agreed once.
#[must_use]
pub const fn takes_evidence(state: State) -> bool {
    !matches!(state, State::Draft | State::Void)
}

/// The most characters of a file's name.
pub const MAX_FILE_NAME: usize = 200;

/// Why a file's name is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileNameError {
    /// It is no line of text, or too long.
    #[error(transparent)]
    Text(#[from] TextError),
    /// It leads into a folder, or is a name that file systems give a meaning of their own.
    #[error("must be the name of a file, without a path")]
    Path,
    /// What opens a file goes by the end of its name, which must not say other than its media type.
    #[error("must end in {}, as {media} files do", .endings.join(" or "))]
    Ending {
        /// The media type.
        media: String,
        /// The endings it may have.
        endings: &'static [&'static str],
    },
}

/// The endings of the names of files of a media type; none are known of types that a council has added.
const ENDINGS: [(&str, &[&str]); 10] = [
    ("application/pdf", &[".pdf"]),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &[".docx"],
    ),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &[".xlsx"],
    ),
    ("application/vnd.oasis.opendocument.text", &[".odt"]),
    ("application/vnd.oasis.opendocument.spreadsheet", &[".ods"]),
    ("image/png", &[".png"]),
    ("image/jpeg", &[".jpg", ".jpeg"]),
    ("text/plain", &[".txt"]),
    ("text/csv", &[".csv"]),
    ("message/rfc822", &[".eml"]),
];

/// Checks the name of a file of a media type (in lower case, without parameters).
pub fn check_file_name(name: &str, media: &str) -> Result<(), FileNameError> {
    check_line(name, MAX_FILE_NAME)?;
    if name.contains(['/', '\\', ':']) || name.starts_with('.') || name.trim() != name {
        return Err(FileNameError::Path);
    }
    let Some((_, endings)) = ENDINGS.iter().find(|(known, _)| *known == media) else {
        return Ok(());
    };
    let lower = name.to_ascii_lowercase();
    if endings.iter().any(|ending| lower.ends_with(ending)) {
        Ok(())
    } else {
        Err(FileNameError::Ending {
            media: media.to_owned(),
            endings,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_as_files_of_its_type_are() {
        for (name, media) in [
            ("Report.PDF", "application/pdf"),
            ("Bericht über 2014.jpeg", "image/jpeg"),
            ("drawing.dwg", "image/vnd.dwg"),
        ] {
            assert_eq!(check_file_name(name, media), Ok(()), "{name}");
        }
        for name in ["report", "report.pdf.html", "x.svg", "report.pdf "] {
            assert!(check_file_name(name, "application/pdf").is_err(), "{name}");
        }
    }

    #[test]
    fn a_name_leads_nowhere() {
        for name in [
            "../a.txt",
            "a/b.txt",
            "a\\b.txt",
            "C:a.txt",
            ".txt",
            "",
            " a.txt",
            "a\r\nb.txt",
            "a\u{202E}txt.txt",
        ] {
            assert!(check_file_name(name, "text/plain").is_err(), "{name:?}");
        }
    }

    #[test]
    fn what_was_agreed_once_can_be_shown_for() {
        let taking: Vec<_> = State::ALL.iter().filter(|s| takes_evidence(**s)).collect();
        assert_eq!(
            taking,
            [
                &State::Open,
                &State::InProgress,
                &State::OnHold,
                &State::CompletionClaimed,
                &State::Closed
            ]
        );
    }
}
