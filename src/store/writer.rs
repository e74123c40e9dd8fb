//! The single writer: takes everything that waits, writes it in one transaction and answers when it is on disk.

use std::collections::{HashSet, VecDeque};

use tokio::sync::{mpsc, oneshot};

use super::commit::{Commit, CommitError};
use super::sql::apply::{self, Heads};
use super::tx::{StoreError, Tx};
use super::value::Arg;

/// At most so many jobs in one transaction.
const MOST_JOBS: usize = 256;
/// At most so many changed resources in one transaction, unless one job has more.
const MOST_CHANGES: usize = 2_000;

/// Statements with their arguments.
pub type Statements = Vec<(&'static str, Vec<Arg>)>;

/// Work for the writer with the place for its answer.
pub enum Job {
    /// A request's changes.
    Commit(Box<Commit>, oneshot::Sender<Result<(), CommitError>>),
    /// Small statements of the authorization server.
    Statements(Statements, oneshot::Sender<Result<Vec<u64>, StoreError>>),
}

/// Runs until every sender is gone.
pub async fn run(mut tx: Box<dyn Tx>, mut jobs: mpsc::Receiver<Job>) {
    let mut waiting: VecDeque<Job> = VecDeque::new();
    loop {
        if waiting.is_empty() {
            match jobs.recv().await {
                Some(job) => waiting.push_back(job),
                None => return,
            }
        }
        while waiting.len() < MOST_JOBS
            && let Ok(job) = jobs.try_recv()
        {
            waiting.push_back(job);
        }
        let batch = next_batch(&mut waiting);
        write(tx.as_mut(), batch).await;
    }
}

/// Takes jobs from the front until one depends on what an earlier one of the batch writes.
fn next_batch(waiting: &mut VecDeque<Job>) -> Vec<Job> {
    let mut batch = Vec::new();
    let mut touched: HashSet<(u16, String)> = HashSet::new();
    let mut changes = 0;
    let mut policy_moves = false;
    while let Some(job) = waiting.front() {
        if let Job::Commit(commit, _) = job {
            let depends = changes > 0
                && (!commit.checks.is_empty()
                    || (policy_moves && !commit.policies.is_empty())
                    || commit.expect.iter().any(|expect| touched.contains(&(expect.rtype, expect.id.clone()))));
            if depends || (changes > 0 && changes + commit.changes.len() > MOST_CHANGES) {
                break;
            }
            changes += commit.changes.len();
            policy_moves |= commit.changes.iter().any(|change| change.policy_users.is_some());
            touched.extend(commit.changes.iter().map(|change| (change.rtype, change.id.clone())));
        }
        batch.extend(waiting.pop_front());
    }
    batch
}

/// Writes a batch; when it fails as a whole, each job alone, so that one bad job harms no other.
async fn write(tx: &mut dyn Tx, batch: Vec<Job>) {
    let mut jobs = batch;
    match attempt(tx, &mut jobs).await {
        Ok(answers) => answer(jobs, answers),
        Err(error) if jobs.len() == 1 => refuse(jobs, error),
        Err(error) => {
            tracing::warn!(error = %error, jobs = jobs.len(), "a batch failed and is written one by one");
            for job in jobs {
                let mut single = vec![job];
                match attempt(tx, &mut single).await {
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

async fn attempt(tx: &mut dyn Tx, jobs: &mut [Job]) -> Result<Vec<Answer>, StoreError> {
    let begin = tx.dialect().begin();
    tx.command(begin).await?;
    match steps(tx, jobs).await {
        Ok(answers) => {
            tx.command("COMMIT").await?;
            Ok(answers)
        }
        Err(error) => {
            // A failed rollback means a broken connection; the next statement will say so.
            let rolled_back = tx.command("ROLLBACK").await;
            if let Err(second) = rolled_back {
                tracing::error!(error = %second, "rollback failed");
            }
            Err(error)
        }
    }
}

async fn steps(tx: &mut dyn Tx, jobs: &mut [Job]) -> Result<Vec<Answer>, StoreError> {
    let mut answers = Vec::with_capacity(jobs.len());
    let mut accepted: Vec<&Commit> = Vec::new();
    for job in jobs.iter() {
        match job {
            Job::Statements(statements, _) => {
                let mut touched = Vec::with_capacity(statements.len());
                for (sql, args) in statements {
                    touched.push(tx.execute(sql, args.clone()).await?);
                }
                answers.push(Answer::Touched(touched));
            }
            Job::Commit(..) => answers.push(Answer::Done),
        }
    }
    let commits: Vec<(usize, &Commit)> = jobs
        .iter()
        .enumerate()
        .filter_map(|(at, job)| if let Job::Commit(commit, _) = job { Some((at, commit.as_ref())) } else { None })
        .collect();
    let stale = apply::stale(tx, &commits).await?;
    if stale.len() < commits.len() {
        let mut heads = Heads::read(tx).await?;
        let mut defines = false;
        for (at, commit) in &commits {
            // Rows that were made by another set of search parameters would be missing in the index, or be left in it.
            let other_set = commit.parameters.is_some_and(|version| version != heads.parameters);
            let second = defines && !commit.definitions.is_empty();
            if stale.contains(at) || other_set || second {
                answers[*at] = Answer::Changed;
            } else {
                defines |= !commit.definitions.is_empty();
                accepted.push(commit);
            }
        }
        apply::apply(tx, &mut heads, &accepted).await?;
    }
    Ok(answers)
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
