//! Packed answers of the FHIR API: gzip, br or zstd, as the caller accepts.
//!
//! Only this API: its caller holds a token that no browser sends by itself, so nobody can make it repeat requests with
//! chosen text beside a secret and watch the length (BREACH). Pages of the portal, which carry such secrets, are never
//! packed. Neither is what is so small that packing would cost more than it saves.

use axum::http::header::CONTENT_TYPE;
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use tower_http::CompressionLevel;
use tower_http::compression::predicate::{And, Predicate as _, SizeAbove};
use tower_http::compression::{Compression, CompressionLayer};

/// Smallest answer that is packed.
const SMALLEST: u64 = 1_024;

/// Which answers are packed.
type Worthwhile = And<SizeAbove, fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool>;

/// A service whose answers are packed.
pub type Packed<S> = Compression<S, Worthwhile>;

/// The layer that packs.
pub fn compression() -> CompressionLayer<Worthwhile> {
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(worthwhile())
}

fn worthwhile() -> Worthwhile {
    SizeAbove::new(SMALLEST).and(is_text)
}

fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    ["json", "xml", "text/"].iter().any(|kind| media.contains(kind))
}
