//! The single writer: takes everything that waits, writes it in one transaction and answers when it is on disk.
//!
//! While a transaction waits for the disk, requests go on preparing theirs (reading, validating, indexing) on the threads of
//! the runtime; the writer itself only asks whether what they rely on still holds, numbers the rows and hands them over.

use std::collections::{HashSet, VecDeque};

use tokio::sync::{mpsc, oneshot};

use super::commit::{AuditEntry, Commit, CommitError};
use super::log::Log;
use super::sql::apply::{Facts, Questions, Writing};
use super::tx::{Statement, StoreError, Tx};
use super::value::Arg;

/// At most so many jobs in one transaction.
const MOST_JOBS: usize = 256;
/// At most so many changed resources in one transaction, unless one job has more.
const MOST_CHANGES: usize = 2_000;

/// How often the writer waits for more before it writes.
const MOST_PAUSES: usize = 16;
/// After so many batches it looks whether more come together than it thinks.
const PROBE: u32 = 8;

/// Statements with their arguments.
pub type Statements = Vec<(&'static str, Vec<Arg>)>;

/// Work for the writer with the place for its answer.
pub enum Job {
    /// A request's changes.
    Commit(Box<Commit>, oneshot::Sender<Result<(), CommitError>>),
    /// Small statements of the authorization server.
    Statements(Statements, oneshot::Sender<Result<Vec<u64>, StoreError>>),
}

/// Runs on a thread of its own: for an engine whose statements and commits hold up the thread that makes them.
///
/// # Errors
/// When no thread can be started.
pub fn on_a_thread(tx: Box<dyn Tx>, jobs: mpsc::Receiver<Job>) -> Result<(), StoreError> {
    let failed = |error: std::io::Error| StoreError::Engine(Box::new(error));
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(failed)?;
    let thread = std::thread::Builder::new().name("spil-writer".to_owned());
    thread.spawn(move || runtime.block_on(run(tx, jobs))).map(drop).map_err(failed)
}

/// Runs until every sender is gone.
pub async fn run(mut tx: Box<dyn Tx>, mut jobs: mpsc::Receiver<Job>) {
    let mut waiting: VecDeque<Job> = VecDeque::new();
    let mut company = Company::default();
    let mut log = Log::default();
    loop {
        if waiting.is_empty() {
            match jobs.recv().await {
                Some(job) => waiting.push_back(job),
                None => return,
            }
        }
        take(&mut jobs, &mut waiting);
        company.gather(tx.as_mut(), &mut jobs, &mut waiting).await;
        let batch = next_batch(&mut waiting);
        write(tx.as_mut(), batch, &mut log).await;
    }
}

/// Takes what is there.
fn take(jobs: &mut mpsc::Receiver<Job>, waiting: &mut VecDeque<Job>) {
    while waiting.len() < MOST_JOBS
        && let Ok(job) = jobs.try_recv()
    {
        waiting.push_back(job);
    }
}

/// How many jobs come together. A commit costs as much for one job as for thirty, and requests that are nearly there would
/// otherwise wait for the commit of those before them; a lone caller hardly ever waits.
struct Company {
    usual: usize,
    batches: u32,
}

impl Default for Company {
    fn default() -> Self {
        Self { usual: 1, batches: 0 }
    }
}

impl Company {
    /// Waits until the usual number has come, while more keep coming; now and then for one more than that.
    async fn gather(&mut self, tx: &mut dyn Tx, jobs: &mut mpsc::Receiver<Job>, waiting: &mut VecDeque<Job>) {
        self.batches = self.batches.wrapping_add(1);
        for _ in 0..MOST_PAUSES {
            let before = waiting.len();
            if before >= self.usual {
                break;
            }
            tx.pause().await;
            take(jobs, waiting);
            if waiting.len() == before {
                self.usual = before;
                return;
            }
        }
        if self.batches.is_multiple_of(PROBE) {
            self.usual = (self.usual + 1).min(MOST_JOBS);
        }
    }
}

/// Takes jobs from the front until one depends on what an earlier one of the batch writes.
fn next_batch(waiting: &mut VecDeque<Job>) -> Vec<Job> {
    let take = independent(waiting);
    waiting.drain(..take).collect()
}

/// How many jobs at the front can be judged before any of them is written.
fn independent(waiting: &VecDeque<Job>) -> usize {
    let mut touched: HashSet<(u16, &str)> = HashSet::new();
    let mut changes = 0;
    let mut policy_moves = false;
    for (at, job) in waiting.iter().enumerate() {
        let Job::Commit(commit, _) = job else { continue };
        // What changes the set of search parameters, or works on an index, is written alone.
        if commit.step.is_some() || !commit.definitions.is_empty() {
            return at.max(1);
        }
        let depends = changes > 0
            && (!commit.checks.is_empty()
                || (policy_moves && !commit.policies.is_empty())
                || commit.expect.iter().any(|expect| touched.contains(&(expect.rtype, expect.id.as_str()))));
        if depends || (changes > 0 && changes + commit.changes.len() > MOST_CHANGES) {
            return at;
        }
        changes += commit.changes.len();
        policy_moves |= commit.changes.iter().any(|change| change.policy_users.is_some());
        touched.extend(commit.changes.iter().map(|change| (change.rtype, change.id.as_str())));
    }
    waiting.len()
}

/// Writes a batch; when it fails as a whole, each job alone, so that one bad job harms no other.
async fn write(tx: &mut dyn Tx, jobs: Vec<Job>, log: &mut Log) {
    match attempt(tx, &jobs, log).await {
        Ok(answers) => answer(jobs, answers),
        Err(error) if jobs.len() == 1 => refuse(jobs, error),
        Err(error) => {
            tracing::warn!(error = %error, jobs = jobs.len(), "a batch failed and is written one by one");
            for job in jobs {
                let single = vec![job];
                match attempt(tx, &single, log).await {
                    Ok(answers) => answer(single, answers),
                    Err(error) => refuse(single, error),
                }
            }
        }
    }
}

/// The answer to one job of a batch that is on disk.
enum Answer {
    Done,
    Changed,
    Touched(Vec<u64>),
}

async fn attempt(tx: &mut dyn Tx, jobs: &[Job], log: &mut Log) -> Result<Vec<Answer>, StoreError> {
    if let Some(records) = only_records(jobs) {
        match log.append(tx, &records).await {
            Some(Ok(())) => return Ok(jobs.iter().map(|_| Answer::Done).collect()),
            // Somebody else has written, or the connection broke: the whole way will tell.
            Some(Err(_)) => roll_back(tx).await,
            None => {}
        }
    }
    let done = steps(tx, jobs, log).await;
    if done.is_err() {
        log.forget();
        roll_back(tx).await;
    }
    done
}

/// The records of jobs that write nothing else.
fn only_records(jobs: &[Job]) -> Option<Vec<&AuditEntry>> {
    let mut all = Vec::with_capacity(jobs.len());
    for job in jobs {
        let Job::Commit(commit, _) = job else { return None };
        all.extend(commit.only_records()?);
    }
    Some(all)
}

async fn roll_back(tx: &mut dyn Tx) {
    // A failed rollback means a broken connection; the next transaction opens another or says so.
    if let Err(second) = tx.rollback().await {
        tracing::error!(error = %second, "rollback failed");
    }
}

async fn steps(tx: &mut dyn Tx, jobs: &[Job], log: &mut Log) -> Result<Vec<Answer>, StoreError> {
    let dialect = tx.dialect();
    let statements = jobs.iter().flat_map(|job| match job {
        Job::Statements(statements, _) => statements.as_slice(),
        Job::Commit(..) => &[],
    });
    let statements: Vec<_> = statements.map(|(sql, args)| Statement::new(*sql, args.as_slice())).collect();
    if !statements.is_empty() {
        // They may be those that empty the database.
        log.forget();
    }
    let commits: Vec<&Commit> = jobs
        .iter()
        .filter_map(|job| if let Job::Commit(commit, _) = job { Some(commit.as_ref()) } else { None })
        .collect();
    let writes_records = !commits.is_empty();
    let questions = Questions::of(&commits);
    let begun = tx.begin(statements, questions.statements(dialect)).await?;
    let facts = Facts::read(&questions, begun.answers);
    let holds: Vec<bool> = commits.iter().enumerate().map(|(at, commit)| facts.hold(at, commit)).collect();
    let accepted: Vec<&Commit> =
        commits.into_iter().zip(&holds).filter(|(_, holds)| **holds).map(|(commit, _)| commit).collect();
    let writing = Writing::new(facts, &accepted);
    tx.commit(writing.steps(dialect)?).await?;
    if writes_records {
        log.left_at(writing.log_end());
    }
    let (mut touched, mut holds) = (begun.touched.into_iter(), holds.into_iter());
    let answer = |job: &Job| match job {
        Job::Statements(statements, _) => Answer::Touched(touched.by_ref().take(statements.len()).collect()),
        Job::Commit(..) if holds.next() == Some(true) => Answer::Done,
        Job::Commit(..) => Answer::Changed,
    };
    Ok(jobs.iter().map(answer).collect())
}

fn answer(jobs: Vec<Job>, answers: Vec<Answer>) {
    for (job, answer) in jobs.into_iter().zip(answers) {
        // A caller that has gone away does not read its answer; its work is on disk all the same.
        match (job, answer) {
            (Job::Commit(_, reply), Answer::Changed) => drop(reply.send(Err(CommitError::Changed))),
            (Job::Commit(_, reply), _) => drop(reply.send(Ok(()))),
            (Job::Statements(_, reply), Answer::Touched(touched)) => drop(reply.send(Ok(touched))),
            (Job::Statements(_, reply), _) => drop(reply.send(Err(StoreError::Stopped))),
        }
    }
}

fn refuse(jobs: Vec<Job>, error: StoreError) {
    let mut error = Some(error);
    for job in jobs {
        let cause = error.take().unwrap_or(StoreError::Stopped);
        match job {
            Job::Commit(_, reply) => drop(reply.send(Err(CommitError::Store(cause)))),
            Job::Statements(_, reply) => drop(reply.send(Err(cause))),
        }
    }
}
