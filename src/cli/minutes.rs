//! `matters-arising minutes`: reading minutes, and measuring the reader on a council's own.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use crate::minutes::check::{Labels, Score};
use crate::minutes::{self, Proposal};

/// What `minutes` is asked for.
#[derive(Debug, Args)]
pub(super) struct MinutesArgs {
    #[command(subcommand)]
    command: MinutesCommand,
}

#[derive(Debug, Subcommand)]
enum MinutesCommand {
    /// Read minutes, and print what the reader proposes: resolutions, owners, deadlines.
    ///
    /// One JSON object for each file, on a line of its own where there are several. Nothing is recorded.
    Read(ReadArgs),
    /// Compare the reader with labels, NN.json beside NN.txt, and print precision and recall.
    Check(CheckArgs),
}

#[derive(Debug, Args)]
struct ReadArgs {
    /// Files of plain text, Markdown or HTML, in UTF-8; `-` is the standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = ProposalFormat::Json)]
    format: ProposalFormat,
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// The folder with the texts and their labels.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Print a line for each text, too.
    #[arg(long)]
    each: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ProposalFormat {
    /// For programs.
    Json,
    /// For people.
    Table,
}

/// Why minutes could not be read or compared.
#[derive(Debug, thiserror::Error)]
pub(super) enum MinutesError {
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{}: is not in UTF-8", path.display())]
    Encoding { path: PathBuf },
    #[error("{}: {source}", path.display())]
    Labels {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error("{}: no NN.json stands beside an NN.txt here", path.display())]
    NothingLabelled { path: PathBuf },
    #[error("the proposal could not be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// Runs the command; what it returns is to be printed.
pub(super) fn run(args: &MinutesArgs) -> Result<String, MinutesError> {
    match &args.command {
        MinutesCommand::Read(args) => read(args),
        MinutesCommand::Check(args) => check(args),
    }
}

fn read(args: &ReadArgs) -> Result<String, MinutesError> {
    let mut printed = String::new();
    for path in &args.files {
        let proposal = proposal(&text(path)?);
        match args.format {
            ProposalFormat::Json => {
                printed.push_str(&serde_json::to_string(&proposal)?);
                printed.push('\n');
            }
            ProposalFormat::Table => {
                if args.files.len() > 1 {
                    let _ = writeln!(printed, "{}", path.display());
                }
                table(&proposal, &mut printed);
            }
        }
    }
    Ok(printed)
}

/// Reads minutes as what they are: HTML, text or Markdown.
fn proposal(source: &str) -> Proposal {
    if minutes::is_html(source) {
        minutes::read_html(source)
    } else {
        minutes::read(source)
    }
}

fn text(path: &Path) -> Result<String, MinutesError> {
    let file = |source| MinutesError::File {
        path: path.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(file)?;
    } else {
        bytes = std::fs::read(path).map_err(file)?;
    }
    String::from_utf8(bytes).map_err(|_| MinutesError::Encoding {
        path: path.to_owned(),
    })
}

fn table(proposal: &Proposal, printed: &mut String) {
    let row = |label: &str, kind: &str, owners: &[String], due: &str, text: &str| {
        let start: String = text.chars().take(60).collect();
        let owners: String = owners.join("; ").chars().take(30).collect();
        format!("{label:<8} {kind:<15} {owners:<30} {due:<26} {start}\n")
    };
    printed.push_str(&row("label", "kind", &["owners".to_owned()], "due", "text"));
    for one in &proposal.resolutions {
        let kind = if one.is_action {
            format!("{} *", one.kind)
        } else {
            one.kind.to_string()
        };
        printed.push_str(&row(
            one.label.as_deref().unwrap_or("-"),
            &kind,
            &one.owners,
            one.due.phrase.as_deref().unwrap_or_default(),
            &one.text,
        ));
    }
    for one in &proposal.discussion_actions {
        printed.push_str(&row(
            "-",
            one.strength.as_str(),
            &one.owners,
            one.due.phrase.as_deref().unwrap_or_default(),
            &one.text,
        ));
    }
    printed.push_str(
        "* is to be done. Without a label and a kind of decision: said in the discussion only.\n",
    );
}

fn check(args: &CheckArgs) -> Result<String, MinutesError> {
    let file = |source| MinutesError::File {
        path: args.folder.clone(),
        source,
    };
    let mut labels: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(&args.folder).map_err(file)? {
        let path = entry.map_err(file)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
            && path.with_extension("txt").exists()
        {
            labels.push(path);
        }
    }
    if labels.is_empty() {
        return Err(MinutesError::NothingLabelled {
            path: args.folder.clone(),
        });
    }
    labels.sort();
    let mut printed = String::new();
    let mut total = Score::default();
    for path in &labels {
        let read: Labels =
            serde_json::from_str(&text(path)?).map_err(|source| MinutesError::Labels {
                path: path.clone(),
                source,
            })?;
        let proposal = minutes::read(&text(&path.with_extension("txt"))?);
        total.add(&read, &proposal);
        if args.each {
            let mut one = Score::default();
            one.add(&read, &proposal);
            let name = path
                .file_stem()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            let _ = writeln!(
                printed,
                "{name}: resolutions F1 {:.3}, is_action {:.3}, kind {:.3}, owners F1 {:.3}, due kind {:.3}, discussion F1 {:.3}",
                one.resolutions.f1(),
                one.is_action.accuracy(),
                one.kind.accuracy(),
                one.owners.f1(),
                one.due.accuracy(),
                one.discussion.f1()
            );
        }
    }
    let _ = writeln!(
        printed,
        "texts: {}\n{:<20} {:>9} {:>9} {:>9}",
        labels.len(),
        "part",
        "precision",
        "recall",
        "F1"
    );
    for (part, found) in [
        ("resolutions found", total.resolutions),
        ("owners", total.owners),
        ("discussion actions", total.discussion),
    ] {
        let _ = writeln!(
            printed,
            "{part:<20} {:>9.3} {:>9.3} {:>9.3}",
            found.precision(),
            found.recall(),
            found.f1()
        );
    }
    let _ = writeln!(printed, "{:<20} {:>9}", "part", "accuracy");
    for (part, right) in [
        ("is_action", total.is_action),
        ("kind", total.kind),
        ("due kind", total.due),
    ] {
        let _ = writeln!(printed, "{part:<20} {:>9.3}", right.accuracy());
    }
    Ok(printed)
}
