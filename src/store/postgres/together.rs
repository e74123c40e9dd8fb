//! Futures that are begun one after the other and finished in any order: what a pipeline is made of.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// A future that is on its way, or what it came to.
enum One<'a, T> {
    Running(Pin<Box<dyn Future<Output = T> + Send + 'a>>),
    Done(Option<T>),
}

/// Futures in an order. A request is sent when its future is polled first, so they reach the server in this order.
pub struct Together<'a, T> {
    all: Vec<One<'a, T>>,
}

impl<'a, T> Together<'a, T> {
    /// None yet.
    pub fn new() -> Self {
        Self { all: Vec::new() }
    }

    /// Adds one at the end.
    pub fn push(&mut self, future: impl Future<Output = T> + Send + 'a) {
        self.all.push(One::Running(Box::pin(future)));
    }

    /// Begins all that were not begun, in order, and does not wait; gives those that are done already.
    pub async fn begin(&mut self) -> impl Iterator<Item = &T> {
        poll_fn(|context| {
            for one in &mut self.all {
                one.poll(context);
            }
            Poll::Ready(())
        })
        .await;
        self.all.iter().filter_map(|one| if let One::Done(done) = one { done.as_ref() } else { None })
    }

    /// Waits for all.
    pub async fn finish(mut self) -> Vec<T> {
        poll_fn(|context| {
            let mut waits = false;
            for one in &mut self.all {
                waits |= !one.poll(context);
            }
            if waits { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
        self.all.into_iter().filter_map(|one| if let One::Done(done) = one { done } else { None }).collect()
    }
}

impl<T> One<'_, T> {
    /// Goes on with it; true when it is done.
    fn poll(&mut self, context: &mut std::task::Context<'_>) -> bool {
        let Self::Running(future) = self else { return true };
        match future.as_mut().poll(context) {
            Poll::Ready(done) => {
                *self = Self::Done(Some(done));
                true
            }
            Poll::Pending => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::Together;

    #[tokio::test]
    async fn all_are_begun_in_order_and_answer_in_order() {
        let begun = Mutex::new(Vec::new());
        let mut together = Together::new();
        for at in 0..100_usize {
            let begun = &begun;
            together.push(async move {
                begun.lock().expect("a lock").push(at);
                for _ in 0..(at * 7 % 5) {
                    tokio::task::yield_now().await;
                }
                at
            });
        }
        assert_eq!(together.begin().await.count(), 20, "each fifth has nothing to wait for");
        assert_eq!(together.finish().await, (0..100).collect::<Vec<_>>());
        assert_eq!(*begun.lock().expect("a lock"), (0..100).collect::<Vec<_>>());
    }
}
