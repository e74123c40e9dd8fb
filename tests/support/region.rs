//! The six organisations with their systems, the app, and people.

use std::sync::OnceLock;
use std::sync::atomic::Ordering;

use jsonwebtoken::Algorithm;
use serde_json::json;
use spil::access::Interaction;
use spil::store::sql::auth::{Account, Client, Representation};

use super::Server;
use super::keys::Key;

/// Kind, URA number and name of each organisation; its id is `org-` with the kind.
pub const ORGANISATIONS: [(&str, &str, &str); 6] = [
    ("gp", "90000101", "Huisartsenpraktijk De Linde"),
    ("gp_post", "90000102", "Huisartsenpost Noord"),
    ("hospital", "90000103", "Ziekenhuis Oost"),
    ("vvt", "90000104", "Thuiszorg West"),
    ("pharmacy", "90000105", "Apotheek Zuid"),
    ("mental_health", "90000106", "GGZ Midden"),
];
/// Client id of the patients' app.
pub const APP: &str = "patients-app";
/// Where the app is returned to.
pub const CALLBACK: &str = "http://127.0.0.1:8098/callback";
/// What the app may be granted.
pub const APP_SCOPE: &str = "launch/patient openid fhirUser patient/*.cruds";
/// Password of everybody.
pub const PASSWORD: &str = "een heel lang wachtwoord";
/// Weights of the 11-proof.
const WEIGHTS: [u32; 8] = [9, 8, 7, 6, 5, 4, 3, 2];

/// The `Organization` id of an organisation by its kind.
pub fn organization(kind: &str) -> String {
    format!("org-{}", kind.replace('_', "-"))
}

/// Somebody with an account at the portal and the hub's own `Patient`.
#[derive(Debug, Clone)]
pub struct Person {
    /// Name to sign in with.
    pub username: String,
    /// Id of the hub's `Patient`.
    pub id: String,
    /// Citizen service number.
    pub bsn: String,
}

impl Person {
    /// `Patient/{id}`.
    pub fn reference(&self) -> String {
        format!("Patient/{}", self.id)
    }
}

/// Registers the organisations, their systems and the app.
pub(super) async fn register(server: &mut Server) {
    let store = server.app().store.clone();
    for (kind, ura, name) in ORGANISATIONS {
        let org = store.register_organisation(&organization(kind), ura, kind, name).await;
        let org = org.expect("organisation").expect("number");
        let key = Key::new("key", Algorithm::ES384);
        let client = Client {
            client_id: client_id(kind),
            org: Some(org),
            name: name.to_owned(),
            jwks: Some(json!({"keys": [key.jwk()]}).to_string()),
            redirect_uris: Vec::new(),
            scope: "system/*.cruds".to_owned(),
            active: true,
        };
        spil::auth::check_client(&client).expect("a good client");
        store.register_client(&client).await.expect("client");
        server.keys.insert(kind, key);
    }
    let app = Client {
        client_id: APP.to_owned(),
        name: "Mijn app".to_owned(),
        redirect_uris: vec![CALLBACK.to_owned()],
        scope: APP_SCOPE.to_owned(),
        active: true,
        ..Client::default()
    };
    store.register_client(&app).await.expect("app");
}

/// The client id of an organisation's system.
pub fn client_id(kind: &str) -> String {
    format!("{kind}-system")
}

/// A number of the test range that passes the 11-proof.
pub fn bsn(number: u32) -> String {
    let proof = |digits: &str| {
        let products = digits.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight);
        products.sum::<u32>() % 11
    };
    let mut good = (0..).map(|at| format!("9999{at:04}")).filter(|digits| proof(digits) < 10);
    let digits = good.nth(number as usize).unwrap_or_default();
    format!("{digits}{}", proof(&digits))
}

impl Server {
    /// Somebody new, with the hub's `Patient` and an account.
    pub async fn person(&self) -> Person {
        let number = self.persons.fetch_add(1, Ordering::SeqCst);
        let person = Person { username: format!("p{number}"), id: format!("hub-{number}"), bsn: bsn(number) };
        let body = super::builders::patient(&person.bsn);
        self.as_hub(Interaction::Update { rtype: "Patient".to_owned(), id: person.id.clone(), body, if_match: None })
            .await;
        let account = Account {
            username: person.username.clone(),
            subject: format!("sub-{}", person.username),
            password: password_hash(self),
            display: format!("Persoon {number}"),
            patient: Some(person.id.clone()),
            ..Account::default()
        };
        self.app().store.register_account(&account).await.expect("account");
        person
    }

    /// Lets one person act for another.
    pub async fn represent(&self, who: &Person, whom: &Person, until: Option<i64>) {
        let until = until.or_else(|| Some(self.now() + 365 * 24 * 3600 * 1000));
        self.represent_as(who, whom, "partner", until).await;
    }

    /// The same in a certain relation.
    pub async fn represent_as(&self, who: &Person, whom: &Person, relation: &str, until: Option<i64>) {
        let to = Representation { patient: whom.id.clone(), relation: relation.to_owned(), until, agreed: None };
        self.app().store.register_representative(&who.username, &to).await.expect("representative");
    }

    /// A write of the hub itself, as at start-up.
    pub async fn as_hub(&self, interaction: Interaction) {
        super::hub(self.app(), self.now()).write(interaction).await.expect("the hub writes");
    }
}

/// The hash of [`PASSWORD`], made once: it is slow by design.
fn password_hash(server: &Server) -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    let hash = || spil::auth::hash_password(PASSWORD, server.app().random.as_ref()).expect("hash");
    HASH.get_or_init(hash).clone()
}
