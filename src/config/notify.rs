//! `[notify]`: whom the server calls.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::Deserialize;

/// Telling other systems of what happened.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Notify {
    /// Whether this server sends what there is to tell. A copy of the database that is tried out must not: what it has to
    /// tell is kept, and told by a server that does.
    pub send: bool,
    /// Whether addresses of this machine and of private networks are called, and plain HTTP: for trying out.
    pub private: bool,
    /// File with the certificate chain and the key (PEM) by which the server makes itself known to those whom it calls.
    pub identity: String,
}

impl Default for Notify {
    fn default() -> Self {
        Self { send: true, private: false, identity: String::new() }
    }
}

impl Notify {
    /// Whether an address may be called.
    ///
    /// # Errors
    /// What it should have been.
    pub fn permits(&self, url: &reqwest::Url) -> Result<(), &'static str> {
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err("an address without user, password and fragment");
        }
        match url.scheme() {
            "https" => {}
            "http" if self.private => {}
            _ => return Err("an address with `https`"),
        }
        let host = url.host_str().ok_or("an address with a host")?;
        match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            Ok(address) if !self.reaches(address) => Err("an address on the public internet"),
            _ => Ok(()),
        }
    }

    /// Whether a name may lead to an address.
    pub fn reaches(&self, address: IpAddr) -> bool {
        self.private
            || match address {
                IpAddr::V4(address) => is_public(address),
                IpAddr::V6(address) => is_public_v6(address),
            }
    }
}

fn is_public(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let special = (a == 192 && b == 0 && c == 0) || (a == 198 && (18..20).contains(&b)) || a == 0 || a >= 224;
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || shared
        || special)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public(inner);
    }
    let [first, second, ..] = address.segments();
    // What is given out to networks, without those that lead to an IPv4 address or stand in texts.
    let tunnels = first == 0x2002 || (first == 0x2001 && (second == 0 || second == 0x0db8));
    (first & 0xe000) == 0x2000 && !tunnels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_called() {
        let (open, closed) = (Notify { private: true, ..Notify::default() }, Notify::default());
        for (address, expected) in [
            ("https://ontvanger.example/fhir", true),
            ("https://203.0.114.9/x", true),
            ("https://[2a02:10::1]/x", true),
            ("http://ontvanger.example/fhir", false),
            ("https://127.0.0.1/", false),
            ("https://2130706433/", false),
            ("https://0x7f.1/", false),
            ("https://169.254.169.254/latest", false),
            ("https://10.1.2.3/", false),
            ("https://172.16.0.1/", false),
            ("https://192.168.1.1/", false),
            ("https://100.64.0.1/", false),
            ("https://0.0.0.0/", false),
            ("https://224.0.0.1/", false),
            ("https://[::1]/", false),
            ("https://[::ffff:127.0.0.1]/", false),
            ("https://[fd00::1]/", false),
            ("https://[fe80::1]/", false),
            ("https://[64:ff9b::7f00:1]/", false),
            ("https://[2002:7f00:1::]/", false),
        ] {
            let url = reqwest::Url::parse(address).unwrap();
            assert_eq!(closed.permits(&url).is_ok(), expected, "{address}");
            assert!(open.permits(&url).is_ok(), "{address}");
        }
        for address in [
            "https://user@ontvanger.example/",
            "https://u:p@ontvanger.example/",
            "ftp://x.example/",
            "https://x.example/#a",
        ] {
            let url = reqwest::Url::parse(address).unwrap();
            assert!(open.permits(&url).is_err() && closed.permits(&url).is_err(), "{address}");
        }
    }
}
