//! Key pairs of demo systems: EC P-384 as JSON Web Keys (<https://www.rfc-editor.org/rfc/rfc7517>).

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsBigEndian as _;
use aws_lc_rs::encoding::EcPrivateKeyBin;
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::failure::Failure;

/// Bytes of a number of P-384.
const LENGTH: usize = 48;

/// A new private key for ES384, with its thumbprint as key id.
pub fn private_jwk() -> Result<Value, Failure> {
    let fault = || Failure::plain("no key pair could be made");
    let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).map_err(|_| fault())?;
    // The public point is `04 x y`.
    let (x, y) =
        pair.public_key().as_ref().get(1..).and_then(|point| point.split_at_checked(LENGTH)).ok_or_else(fault)?;
    let d: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().map_err(|_| fault())?;
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (x, y) = (encode(x), encode(y));
    // RFC 7638: exactly these members in this order.
    let thumbprint =
        encode(digest(&SHA256, format!(r#"{{"crv":"P-384","kty":"EC","x":"{x}","y":"{y}"}}"#).as_bytes()).as_ref());
    Ok(json!({
        "kty": "EC", "crv": "P-384", "alg": "ES384", "use": "sig", "kid": thumbprint,
        "x": x, "y": y, "d": encode(d.as_ref()),
    }))
}

/// The public half as a key set.
pub fn public_jwks(private: &Value) -> Value {
    let mut public = private.clone();
    if let Some(map) = public.as_object_mut() {
        map.remove("d");
    }
    json!({"keys": [public]})
}
