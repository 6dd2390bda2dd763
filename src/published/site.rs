//! Asking a council's site, politely: one request at a time, a pause between them, a bounded wait, a bounded answer.

use std::time::Duration;

use chrono::NaiveDate;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use tokio::time::Instant;
use url::Url;

use crate::moderngov::{BadXml, MAX_DOCUMENT};

/// How many times a request is sent elsewhere on the site before it is given up.
const MAX_REDIRECTS: usize = 3;

/// Why the site gave no answer that can be read.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// It cannot be reached, does not answer in time, or breaks off.
    #[error("the site does not answer: {0}")]
    Unreachable(String),
    /// It asks to be left alone.
    #[error(
        "the site answers {0} to say that it is asked too much: wait, or set a longer --pause-ms"
    )]
    Busy(u16),
    /// It sends the request elsewhere.
    #[error("the site sends the request on, and that is not followed: {0}")]
    Redirected(String),
    /// It has no such answer.
    #[error("the site answers {0}")]
    Status(u16),
    /// It answers with what cannot be read.
    #[error(transparent)]
    Answer(#[from] BadXml),
}

impl SiteError {
    /// Whether there is no point in asking for more.
    pub(super) const fn is_down(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Busy(_))
    }
}

impl From<reqwest::Error> for SiteError {
    fn from(error: reqwest::Error) -> Self {
        // The causes say more than the error itself.
        let mut cause: &dyn std::error::Error = &error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let why = cause.to_string();
        if error.is_redirect() {
            Self::Redirected(why)
        } else {
            Self::Unreachable(why)
        }
    }
}

/// The address of a site: `https://democracy.example.gov.uk`, with a path where it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// An address that is none of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an http or https address without a user name, a query or a fragment")]
pub struct BadBaseUrl;

impl std::str::FromStr for BaseUrl {
    type Err = BadBaseUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut url: Url = text.parse().map_err(|_| BadBaseUrl)?;
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !plain || !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(BadBaseUrl);
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Ok(Self(url))
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl BaseUrl {
    /// An address below it.
    fn below(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path()));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// Where people read of a committee.
    pub(super) fn committee(&self, id: &str) -> String {
        self.below("mgCommitteeDetails.aspx", &[("ID", id)]).into()
    }

    /// Where people read of a meeting.
    pub(super) fn meeting(&self, committee: &str, id: &str) -> String {
        self.below("ieListDocuments.aspx", &[("CId", committee), ("MId", id)])
            .into()
    }
}

/// A site that is being asked.
pub(super) struct Site {
    base: BaseUrl,
    client: Client,
    pause: Duration,
    /// When the last request ended.
    last: Option<Instant>,
}

impl Site {
    pub(super) fn new(
        base: BaseUrl,
        pause: Duration,
        timeout: Duration,
    ) -> Result<Self, SiteError> {
        let own = base.0.clone();
        let policy = Policy::custom(move |attempt| {
            let to = attempt.url();
            let secure = to.scheme() == own.scheme() || to.scheme() == "https";
            let same = to.host() == own.host() && secure;
            if !same {
                attempt.error("it leads to another site")
            } else if attempt.previous().len() > MAX_REDIRECTS {
                attempt.error("it leads round and round")
            } else {
                attempt.follow()
            }
        });
        let client = Client::builder()
            .redirect(policy)
            .timeout(timeout)
            .user_agent(concat!(
                "matters-arising/",
                env!("CARGO_PKG_VERSION"),
                " (committee calendar import)"
            ))
            .build()?;
        Ok(Self {
            base,
            client,
            pause,
            last: None,
        })
    }

    pub(super) async fn committees(&mut self) -> Result<Vec<u8>, SiteError> {
        self.ask("GetCommittees", &[]).await
    }

    /// The calendar of a committee from one day to another, both included.
    pub(super) async fn meetings(
        &mut self,
        committee: &str,
        from: NaiveDate,
        until: NaiveDate,
    ) -> Result<Vec<u8>, SiteError> {
        let written = |day: NaiveDate| day.format("%d/%m/%Y").to_string();
        let (from, until) = (written(from), written(until));
        let query = [
            ("lCommitteeId", committee),
            ("sFromDate", &from),
            ("sToDate", &until),
        ];
        self.ask("GetMeetings", &query).await
    }

    pub(super) async fn meeting(&mut self, id: &str) -> Result<Vec<u8>, SiteError> {
        self.ask("GetMeeting", &[("lMeetingId", id)]).await
    }

    async fn ask(&mut self, what: &str, query: &[(&str, &str)]) -> Result<Vec<u8>, SiteError> {
        if let Some(last) = self.last {
            tokio::time::sleep_until(last + self.pause).await;
        }
        let url = self.base.below(&format!("mgWebService.asmx/{what}"), query);
        let answer = self.fetch(url).await;
        self.last = Some(Instant::now());
        answer
    }

    async fn fetch(&self, url: Url) -> Result<Vec<u8>, SiteError> {
        let mut response = self.client.get(url).send().await?;
        match response.status() {
            StatusCode::OK => {}
            status @ (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => {
                return Err(SiteError::Busy(status.as_u16()));
            }
            status => return Err(SiteError::Status(status.as_u16())),
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_DOCUMENT {
                return Err(BadXml::TooLarge.into());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lie_below_that_of_the_site() {
        let base: BaseUrl = "https://council.example/democracy".parse().unwrap();
        assert_eq!(
            base.meeting("1", "2"),
            "https://council.example/democracy/ieListDocuments.aspx?CId=1&MId=2"
        );
        assert_eq!(
            base.below("x", &[("a", "03/03/2014")]).as_str(),
            "https://council.example/democracy/x?a=03%2F03%2F2014"
        );
        for bad in [
            "council.example",
            "ftp://council.example",
            "https://a:b@council.example",
            "https://council.example/?a=b",
            "https://council.example/#a",
            "file:///etc/passwd",
        ] {
            assert_eq!(bad.parse::<BaseUrl>(), Err(BadBaseUrl), "{bad}");
        }
    }
}
