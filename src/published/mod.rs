//! Bringing in what a council publishes on its ModernGov site: committees, calendars, agendas.
//!
//! A committee is fetched whole before anything of it is written, so that a slow site holds up nobody; then one transaction
//! takes it over with its calendar, or nothing of it, and others the agendas of some of its meetings each.

mod args;
mod gather;
mod minutes;
mod progress;
mod publication;
mod report;
mod site;

use std::sync::Arc;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use indicatif::ProgressBar;

use crate::auth::{Caller, Role, Roles};
use crate::clock::SharedClock;
use crate::db::{Conn, Db, DbError, Reach, Tx};
use crate::domain::rules::Rules;
use crate::ids::SharedIds;
use crate::moderngov::{Committee, NotUnderstood, Rows};
use crate::records::published::{Found, Taken, refusal, take_over, take_over_agendas, unlisted};
pub use crate::records::published::{Note, TakenChange, TakenRecord};
use crate::records::{Failure, Undone, Writing};
use crate::store::Store;
pub(crate) use args::a_name;
pub use args::{BadWanted, ModerngovArgs, Wanted};
use gather::{Asked, Gathered, gather};
use progress::progress;
use publication::Publication;
pub use publication::Shape;
pub(crate) use report::printable;
pub use report::{CommitteeReport, Committees, MinutesReport, Report};
use site::Site;
pub use site::{BaseUrl, NoAnswer, SiteError};

/// Whom the history names for what is imported.
const ACTOR: &str = "import moderngov";

/// How long others have to write between two parts of the agendas. Whoever waits for SQLite in another process looks every tenth of
/// a second.
const TURN: Duration = Duration::from_millis(120);

/// How far back, and ahead, a calendar is asked for unless it is said.
const DAYS: Days = Days::new(366);

/// Why an import was not even begun, or was broken off.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The days lie the wrong way round.
    #[error("--from must not be after --until")]
    Days,
    /// The site's list of committees could not be had.
    #[error("the committees of the site could not be read: {0}")]
    Site(#[from] SiteError),
    /// The site has no web service, or none for everybody.
    #[error(
        "the site's web service could not be read: {0}. Where it is switched off, --pages reads the site's pages instead"
    )]
    WebService(SiteError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Db(#[from] DbError),
}

/// What an import works with.
pub struct Importer<'a> {
    /// The database.
    pub db: &'a Db,
    /// The council's rules.
    pub rules: &'a Rules,
    /// What time it is.
    pub clock: SharedClock,
    /// Where new identifiers come from.
    pub ids: SharedIds,
    /// Where documents are kept. Only minutes are.
    pub store: Option<&'a Store>,
}

impl std::fmt::Debug for Importer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Importer")
    }
}

/// The committees of a site.
pub async fn list(args: &ModerngovArgs) -> Result<Committees, ImportError> {
    let mut publication = publication(args)?;
    let listed = committees(&mut publication).await?;
    Ok(Committees {
        base_url: args.base_url.to_string(),
        read: publication.shape,
        committees: listed.rows,
        not_taken: listed.not_understood,
    })
}

fn publication(args: &ModerngovArgs) -> Result<Publication, SiteError> {
    let pause = Duration::from_millis(args.pause_ms);
    let timeout = Duration::from_secs(args.timeout_seconds);
    Ok(Publication {
        site: Site::new(args.base_url.clone(), pause, timeout)?,
        shape: if args.pages {
            Shape::Pages
        } else {
            Shape::WebService
        },
    })
}

async fn committees(publication: &mut Publication) -> Result<Rows<Committee>, ImportError> {
    let shape = publication.shape;
    publication.committees().await.map_err(|error| match shape {
        Shape::WebService if !error.is_down() => ImportError::WebService(error),
        _ => ImportError::Site(error),
    })
}

/// A site that is asked for one committee after another.
struct Asking<'a> {
    args: &'a ModerngovArgs,
    days: (NaiveDate, NaiveDate),
    publication: Publication,
    listed: Rows<Committee>,
    bar: ProgressBar,
}

impl Asking<'_> {
    /// Fetches a committee whole; nothing where the site has none of that id.
    async fn fetch(
        &mut self,
        wanted: &Wanted,
        told: &mut CommitteeReport,
    ) -> Result<Option<Gathered>, SiteError> {
        let id = &wanted.reference;
        let own = self.listed.rows.iter().find(|c| c.reference == *id);
        let own = match own {
            Some(committee) => Some(committee.clone()),
            None => self.publication.unlisted(id).await?,
        };
        let Some(committee) = own else {
            return Ok(None);
        };
        told.name = Some(committee.name.clone());
        let asked = Asked {
            args: self.args,
            wanted,
            committee,
            days: self.days,
        };
        let gathered = gather(&mut self.publication, asked, told, &self.bar).await?;
        Ok(Some(gathered))
    }

    /// Tells why a committee could not be fetched. An `Err` says why no other is to be tried after it.
    fn given_up(&self, error: &SiteError, told: &mut CommitteeReport) -> Result<(), String> {
        let why = error.to_string();
        told.failed = Some(why.clone());
        if error.is_busy() || self.publication.site.is_silent() {
            Err(why)
        } else {
            Ok(())
        }
    }
}

impl Importer<'_> {
    /// Brings in the committees that are asked for, one after the other. One that fails keeps no other from being brought in.
    pub async fn moderngov(&self, args: &ModerngovArgs) -> Result<Report, ImportError> {
        let today = self.clock.today();
        let from = args.from.or_else(|| today.checked_sub_days(DAYS));
        let until = args.until.or_else(|| today.checked_add_days(DAYS));
        let (from, until) = (from.unwrap_or(today), until.unwrap_or(today));
        if from > until {
            return Err(ImportError::Days);
        }
        let mut publication = publication(args)?;
        let listed = committees(&mut publication).await?;
        let mut report = Report {
            system: args.system.clone(),
            base_url: args.base_url.to_string(),
            read: publication.shape,
            dry_run: args.dry_run,
            from,
            until,
            committees: Vec::new(),
            broken_off: None,
        };
        let mut asking = Asking {
            args,
            days: (from, until),
            publication,
            listed,
            bar: progress(),
        };
        for wanted in &args.committees {
            let mut told = CommitteeReport {
                reference: wanted.reference.clone(),
                ..CommitteeReport::default()
            };
            if report.broken_off.is_some() {
                told.failed = Some("it was not asked for any more".to_owned());
            } else if let Err(why) = self.bring_in(&mut asking, wanted, &mut told).await {
                report.broken_off = Some(why);
            }
            report.committees.push(told);
        }
        asking.bar.finish_and_clear();
        // What was brought in is told whatever becomes of the rest.
        if let Err(error) = self.seal().await {
            report.broken_off.get_or_insert(error.to_string());
        }
        Ok(report)
    }

    async fn seal(&self) -> Result<(), DbError> {
        while self.db.seal().await? > 0 {}
        Ok(())
    }

    /// Brings in one committee. An `Err` says why no other is to be tried after it.
    async fn bring_in(
        &self,
        asking: &mut Asking<'_>,
        wanted: &Wanted,
        told: &mut CommitteeReport,
    ) -> Result<(), String> {
        let failed = |error: DbError| ImportError::from(error).to_string();
        let mut gathered = match asking.fetch(wanted, told).await {
            Ok(Some(gathered)) => gathered,
            Ok(None) => {
                told.failed = Some(not_listed(&asking.listed, &wanted.reference));
                return Ok(());
            }
            Err(error) => return asking.given_up(&error, told),
        };
        let (found, unlisted) = self.unlisted(gathered.found).await.map_err(failed)?;
        gathered.found = found;
        let Asking {
            args,
            publication,
            bar,
            ..
        } = asking;
        let looked = gathered.look_for(publication, args, unlisted, told, bar);
        if let Err(error) = looked.await {
            return asking.given_up(&error, told);
        }
        let Gathered { found, minutes } = gathered;
        if let Err(error) = self.record(asking.args, found, told).await {
            let why = failed(error);
            told.failed = Some(why.clone());
            return Err(why);
        }
        if told.failed.is_none() {
            let kept = self.keep_minutes(asking.args, minutes, told).await;
            kept.map_err(failed)?;
        }
        Ok(())
    }

    /// Which meetings are recorded and not listed, with what was found.
    async fn unlisted(&self, found: Found) -> Result<(Found, Vec<String>), DbError> {
        let look_up = move |conn: &mut Conn| {
            let unlisted = unlisted(conn, &found)?;
            Ok((found, unlisted))
        };
        self.db.read(Reach::Short, look_up).await
    }

    /// Takes over what was found: the committee and its calendar, then the agendas, some meetings at a time. Each is a transaction
    /// of its own, so that nobody else waits long. A dry run undoes them, so it does the calendar anew before each.
    async fn record(
        &self,
        args: &ModerngovArgs,
        found: Found,
        told: &mut CommitteeReport,
    ) -> Result<(), DbError> {
        let found = Arc::new(found);
        let own = Arc::clone(&found);
        let taken = self.taken(args, move |w| take_over(w, &own)).await?;
        let calendar = match taken {
            Ok(calendar) => Arc::new(calendar),
            Err(why) => {
                told.failed = Some(why);
                return Ok(());
            }
        };
        told.tell(Taken::clone(&calendar));
        let dry_run = args.dry_run;
        for part in found.parts() {
            if part.start > 0 {
                tokio::time::sleep(TURN).await;
            }
            let (found, calendar) = (Arc::clone(&found), Arc::clone(&calendar));
            let take = move |w: &mut Writing<'_>| {
                let again = dry_run.then(|| take_over(w, &found)).transpose()?;
                let calendar = again.as_ref().unwrap_or(&calendar);
                take_over_agendas(w, &found, calendar, part.clone())
            };
            match self.taken(args, take).await? {
                Ok(taken) => told.tell(taken),
                Err(why) => {
                    told.failed = Some(why);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Takes something over in a transaction, or says why it is refused; a dry run undoes it.
    async fn taken(
        &self,
        args: &ModerngovArgs,
        take: impl Fn(&mut Writing<'_>) -> Result<Taken, Failure> + Send + Sync + 'static,
    ) -> Result<Result<Taken, String>, DbError> {
        let (now, ids, rules) = (self.clock.now(), self.ids.clone(), self.rules.clone());
        let (request_id, dry_run) = (self.ids.next(now), args.dry_run);
        let caller = caller();
        let job = move |tx: &mut Tx| {
            let ids = ids.as_ref();
            let mut w = Writing::begin(tx, &caller, &rules, request_id, now, ids)?;
            let taken = take(&mut w)?;
            if dry_run {
                return Err(Undone::Rehearsed(Box::new(taken)));
            }
            Ok(taken)
        };
        let written = if dry_run {
            self.db.rehearse(job).await
        } else {
            self.db.write(job).await
        };
        match written {
            Ok(taken) => Ok(Ok(taken)),
            Err(Undone::Rehearsed(taken)) => Ok(Ok(*taken)),
            Err(Undone::Failed(failure)) => Ok(Err(refusal(failure)?)),
        }
    }
}

/// Who does it.
fn caller() -> Caller {
    Caller {
        subject: ACTOR.to_owned(),
        name: Some("Import from ModernGov".to_owned()),
        roles: Roles::of(&[Role::Clerk]),
        committees: None,
    }
}

fn not_listed(listed: &Rows<Committee>, id: &str) -> String {
    let own = |row: &&NotUnderstood| row.reference.as_deref() == Some(id);
    match listed.not_understood.iter().find(own) {
        Some(row) => format!(
            "The site lists it, and it cannot be understood: {}.",
            row.reason
        ),
        None => "The site lists no committee of that id.".to_owned(),
    }
}
