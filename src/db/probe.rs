//! Whether the database is well, asked once for all who want to know.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::DbError;

/// How long a probe waits. An answer that takes longer is as good as none.
const PATIENCE: Duration = Duration::from_secs(1);

/// For how long an answer serves others who ask.
const FRESH: Duration = Duration::from_millis(250);

type Answer = Result<(), DbError>;

/// Asks at most one question at a time, however many want to know: probes come unannounced and uncounted, and must neither
/// fill the queue of writes or the pool of connections, nor wait behind each other.
#[derive(Debug, Default)]
pub(super) struct Probe(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    last: Option<(Instant, Answer)>,
    /// A question that took too long. It still has its place, so nobody asks another.
    pending: Option<JoinHandle<Answer>>,
}

impl Probe {
    /// The answer to `question`, or to one like it a moment ago.
    pub(super) async fn ask<F>(&self, question: impl FnOnce() -> F) -> Answer
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        // Whoever holds the lock gives it back in time.
        let mut state = self.0.lock().await;
        if let Some((at, answer)) = &state.last
            && at.elapsed() < FRESH
        {
            return answer.clone();
        }
        // What has been answered since nobody waited for it says how things were then.
        let pending = state.pending.take().filter(|asked| !asked.is_finished());
        let mut asked = pending.unwrap_or_else(|| tokio::spawn(question()));
        let answer = match tokio::time::timeout(PATIENCE, &mut asked).await {
            Ok(answer) => answer.unwrap_or(Err(DbError::Panicked)),
            Err(_) => {
                state.pending = Some(asked);
                Err(DbError::Timeout)
            }
        };
        state.last = Some((Instant::now(), answer.clone()));
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn many_who_ask_together_cost_one_question_also_when_it_hangs() {
        let probe = Probe::default();
        let asked = Arc::new(AtomicU32::new(0));
        let question = |answer: Option<Answer>| {
            let asked = Arc::clone(&asked);
            async move {
                asked.fetch_add(1, Ordering::SeqCst);
                match answer {
                    Some(answer) => answer,
                    None => std::future::pending().await,
                }
            }
        };
        let answers = join_all((0..50).map(|_| probe.ask(|| question(Some(Ok(())))))).await;
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        tokio::time::sleep(FRESH).await;
        for _ in 0..2 {
            let answers = join_all((0..50).map(|_| probe.ask(|| question(None)))).await;
            assert!(
                answers
                    .iter()
                    .all(|answer| *answer == Err(DbError::Timeout))
            );
            tokio::time::sleep(FRESH).await;
        }
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }
}
