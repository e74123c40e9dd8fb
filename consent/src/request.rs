//! Who asks, and why.

/// The number of an organisation. 0 is the hub, 1 the patient; registered organisations start at 10.
pub type OrgNo = i64;

/// The hub as the holder of data.
pub const HUB: OrgNo = 0;
/// The patient as the holder of data.
pub const PATIENT: OrgNo = 1;

/// The purpose of emergency access, a code of v3-ActReason.
pub const BREAK_THE_GLASS: &str = "BTG";

/// One request by an organisation for somebody's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// The organisation that asks.
    pub organisation: OrgNo,
    /// Its kind: `gp`, `gp_post`, `hospital`, `vvt`, `pharmacy`, `mental_health`.
    pub kind: &'a str,
    /// The id of the `Practitioner` or `PractitionerRole` on whose behalf it asks.
    pub person: Option<&'a str>,
    /// Why, as a v3-ActReason code.
    pub purpose: &'a str,
    /// When, in milliseconds since 1970 UTC.
    pub now: i64,
    /// The earliest that it can be: before `now` while the clock has jumped and nobody knows which time is right. A permission
    /// holds only if it does at both, an objection if it does at either.
    pub earliest: i64,
}

impl Request<'_> {
    /// Is this emergency access?
    pub fn is_emergency(&self) -> bool {
        self.purpose == BREAK_THE_GLASS
    }

    /// The holder whose data this organisation sees without asking: itself. The hub and the patient are not
    /// organisations that ask.
    pub(crate) fn own_holder(&self) -> Option<OrgNo> {
        (self.organisation > PATIENT).then_some(self.organisation)
    }
}
