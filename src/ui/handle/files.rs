//! The files under `/static/`.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::documents;

use super::super::shared::assets;

/// For how long a browser may use a file without asking.
const KEEP: &str = "public, max-age=86400";

/// The stylesheet of the pages.
pub async fn stylesheet(headers: HeaderMap) -> Response {
    file(&headers, "text/css; charset=utf-8", assets::STYLESHEET)
}

/// The stylesheet of documents.
pub async fn document_stylesheet(headers: HeaderMap) -> Response {
    file(&headers, "text/css; charset=utf-8", documents::STYLESHEET)
}

/// The logo.
pub async fn logo(headers: HeaderMap) -> Response {
    file(&headers, "image/svg+xml", assets::LOGO)
}

fn file(headers: &HeaderMap, kind: &'static str, text: &'static str) -> Response {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&digest.as_ref()[..12]));
    let known = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if known.split(',').any(|one| one.trim() == tag) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, tag), (CACHE_CONTROL, KEEP.to_owned())]).into_response();
    }
    let headers = [(CONTENT_TYPE, kind.to_owned()), (ETAG, tag), (CACHE_CONTROL, KEEP.to_owned())];
    (headers, text).into_response()
}
