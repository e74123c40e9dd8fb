//! Addresses of the pages that do not depend on data.

/// Start page: what Spil is for who is not signed in, else a redirect to [`OVERVIEW`].
pub const HOME: &str = "/";
/// Begin signing in as a patient.
pub const SIGN_IN: &str = "/inloggen";
/// Sign out (POST).
pub const SIGN_OUT: &str = "/uitloggen";
/// Overview of the patient.
pub const OVERVIEW: &str = "/overzicht";
/// All categories; one category is `/gegevens/{code}`.
pub const DATA: &str = "/gegevens";
/// Documents of the patient.
pub const DOCUMENTS: &str = "/documenten";
/// Wishes and limits in care (GET the form, POST what was filled in).
pub const WISHES: &str = "/documenten/wensen/invullen";
/// Who may see what.
pub const PERMISSIONS: &str = "/toestemmingen";
/// The empty form for a new permission (GET), and where the form is checked (POST).
pub const PERMISSION_NEW: &str = "/toestemmingen/nieuw";
/// Opens the form filled in with one permission (POST, field `id`).
pub const PERMISSION_CHANGE: &str = "/toestemmingen/wijzigen";
/// Makes the checked choice effective (POST).
pub const PERMISSION_CONFIRM: &str = "/toestemmingen/bevestigen";
/// Stops one permission or objection (POST, field `id`).
pub const PERMISSION_STOP: &str = "/toestemmingen/stoppen";
/// Answers a permission that a professional proposed (POST, fields `id` and `answer`).
pub const PERMISSION_ANSWER: &str = "/toestemmingen/antwoord";
/// Answers a question of an organisation (POST, fields `id` and `answer`).
pub const QUESTION_ANSWER: &str = "/toestemmingen/vraag";
/// Who looked (GET form).
pub const LOOKED: &str = "/gekeken";
/// Who acts for whom.
pub const REPRESENTATIVES: &str = "/machtigingen";
/// Act for somebody, or for yourself again (POST, field `person`).
pub const REPRESENTATIVE_SWITCH: &str = "/machtigingen/wisselen";
/// Stop that somebody acts for you (POST, field `id`).
pub const REPRESENTATIVE_STOP: &str = "/machtigingen/stoppen";
/// A child of twelve or older agrees that a parent acts for it (POST, field `id`).
pub const REPRESENTATIVE_AGREE: &str = "/machtigingen/akkoord";

/// Start page of the workspace.
pub const CARE: &str = "/zorg";
/// Begin signing in as a professional.
pub const CARE_SIGN_IN: &str = "/zorg/inloggen";
/// Search a patient (GET the form, POST field `bsn`).
pub const CARE_SEARCH: &str = "/zorg/zoeken";
/// Handoffs that were sent to the organisation.
pub const CARE_INBOX: &str = "/zorg/overdrachten";
/// Handoffs that the organisation sent.
pub const CARE_SENT: &str = "/zorg/verzonden";
/// What could not be told to the systems of the organisation.
pub const CARE_UNTOLD: &str = "/zorg/niet-aangekomen";
/// Asking a patient for permission (GET the form, POST fields `bsn`, `category`, `why`, `until`).
pub const CARE_ASK: &str = "/zorg/vragen";
/// Emergency opening (GET the form, POST fields `bsn`, `reason`, `confirm`).
pub const CARE_EMERGENCY: &str = "/zorg/spoed";
/// The emergencies that the privacy officer reviews (GET the list, POST fields `id`, `finding`, `note`).
pub const CARE_REVIEWS: &str = "/zorg/toezicht";

/// The stylesheet.
pub const STYLESHEET: &str = "/static/spil.css";
/// The logo.
pub const LOGO: &str = "/static/spil.svg";
