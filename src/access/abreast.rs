//! Work on many things at once: reading and indexing a large Bundle keeps one processor busy for long, and others idle.

use std::num::NonZero;
use std::thread::available_parallelism;

use crate::error::Error;

/// Fewer things than this are done where they are.
const FEW: usize = 16;
/// At most so many threads work for one request.
const MOST_THREADS: usize = 8;

/// Does `work` with each item, beside the threads that answer requests when there are many. The answers are in the order of
/// the items; the first refusal in that order counts.
///
/// # Errors
/// What `work` refuses.
pub async fn each<T, R>(
    items: Vec<T>,
    work: impl Fn(T) -> Result<R, Error> + Clone + Send + 'static,
) -> Result<Vec<R>, Error>
where
    T: Send + 'static,
    R: Send + 'static,
{
    if items.len() < FEW {
        return items.into_iter().map(work).collect();
    }
    let threads = available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS);
    let (all, size) = (items.len(), items.len().div_ceil(threads));
    let mut items = items.into_iter();
    let mut parts = Vec::with_capacity(threads);
    while items.len() > 0 {
        let part: Vec<T> = items.by_ref().take(size).collect();
        let work = work.clone();
        let run = move || part.into_iter().map(work).collect::<Result<Vec<R>, Error>>();
        parts.push(tokio::task::spawn_blocking(run));
    }
    let mut done = Vec::with_capacity(all);
    for part in parts {
        done.extend(part.await.map_err(Error::internal)??);
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn answers_keep_the_order_and_the_first_refusal_counts() {
        for count in [0, 1, FEW - 1, FEW, 1_000] {
            let numbers: Vec<usize> = (0..count).collect();
            let doubled = each(numbers, |number| Ok(number * 2)).await.expect("no refusal");
            assert_eq!(doubled, (0..count).map(|number| number * 2).collect::<Vec<_>>());
        }
        let refuse = |number: usize| match number {
            0..300 => Ok(number),
            _ => Err(Error::bad_request("value", number.to_string())),
        };
        let error = each((0..1_000).collect(), refuse).await.expect_err("a refusal");
        assert_eq!(error.faults[0].diagnostics, "300");
    }
}
