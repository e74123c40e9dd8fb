//! Statements of signing in: clients, accounts, organisations, one-time secrets, revocations and the server's own keys.

use crate::store::{Arg, Row, Store, StoreError};

/// A registered system or app.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Client {
    /// OAuth client id.
    pub client_id: String,
    /// The organisation whose system it is; none for an app of a patient.
    pub org: Option<i64>,
    /// Name for people.
    pub name: String,
    /// JSON Web Key Set with the public keys of a confidential client.
    pub jwks: Option<String>,
    /// Where an app may be returned to, compared exactly.
    pub redirect_uris: Vec<String>,
    /// The widest scope it can be granted, separated by spaces.
    pub scope: String,
    /// Whether it may sign in.
    pub active: bool,
}

/// A registered organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Number, from 10 on.
    pub org: i64,
    /// `Organization` id.
    pub id: String,
    /// URA number.
    pub ura: String,
    /// Kind: `gp`, `gp_post`, `hospital`, `vvt`, `pharmacy`, `mental_health`.
    pub kind: String,
    /// Name.
    pub name: String,
}

/// Somebody who can sign in, and who that is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// Name to sign in with at the built-in provider.
    pub username: String,
    /// Subject at the identity provider.
    pub subject: String,
    /// Argon2id hash (PHC text) for the built-in provider.
    pub password: String,
    /// Name for people.
    pub display: String,
    /// `Patient` id, when it is a patient.
    pub patient: Option<String>,
    /// `Practitioner` id, when it is a professional.
    pub practitioner: Option<String>,
    /// Role of the professional.
    pub practitioner_role: Option<String>,
    /// The organisation of the professional.
    pub org: Option<i64>,
}

/// Somebody for whom an account may act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Representation {
    /// `Patient` id of the person for whom.
    pub patient: String,
    /// The relation (`parent`, `partner`, …).
    pub relation: String,
    /// Until when, ms since 1970.
    pub until: Option<i64>,
    /// When a child of twelve or older agreed, ms since 1970.
    pub agreed: Option<i64>,
}

/// A short-lived secret: only the digest of it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// SHA-256 of the secret, base64url.
    pub digest: String,
    /// What it is for.
    pub kind: &'static str,
    /// JSON.
    pub body: String,
    /// Whose it is, or the family that it belongs to.
    pub subject: String,
    /// Until when, ms since 1970.
    pub expires: i64,
    /// 0 while unused; of a session: when it was last seen.
    pub used: i64,
}

const INSERT_SECRET: &str =
    "INSERT INTO secret (digest, kind, body, subject, expires, used) VALUES ($1, $2, $3, $4, $5, $6)";

const ACCOUNT: &str =
    "SELECT username, subject, password, display, patient, practitioner, practitioner_role, org FROM account";

fn secret_args(secret: &Secret) -> Vec<Arg> {
    vec![
        secret.digest.as_str().into(),
        secret.kind.into(),
        secret.body.as_str().into(),
        secret.subject.as_str().into(),
        secret.expires.into(),
        secret.used.into(),
    ]
}

fn owned(row: &Row, at: usize) -> Option<String> {
    row.opt_text(at).map(str::to_owned)
}

fn account(row: &Row) -> Account {
    Account {
        username: row.text(0).to_owned(),
        subject: row.text(1).to_owned(),
        password: row.text(2).to_owned(),
        display: row.text(3).to_owned(),
        patient: owned(row, 4),
        practitioner: owned(row, 5),
        practitioner_role: owned(row, 6),
        org: row.opt_int(7),
    }
}

/// A row of the table of clients.
pub(super) fn client(row: &Row) -> Client {
    Client {
        client_id: row.text(0).to_owned(),
        org: row.opt_int(1),
        name: row.text(2).to_owned(),
        jwks: owned(row, 3),
        redirect_uris: row.text(4).split_whitespace().map(str::to_owned).collect(),
        scope: row.text(5).to_owned(),
        active: row.int(6) == 1,
    }
}

/// Clients, organisations and people.
impl Store {
    /// The client with this id, active or not.
    pub async fn client(&self, client_id: &str) -> Result<Option<Client>, StoreError> {
        let sql = "SELECT client_id, org, name, jwks, redirect_uris, scope, active FROM client WHERE client_id = $1";
        let rows = self.rows(sql, vec![client_id.into()]).await?;
        Ok(rows.first().map(client))
    }

    /// Registers a client, or replaces what was registered.
    pub async fn register_client(&self, client: &Client) -> Result<(), StoreError> {
        let sql = "INSERT INTO client (client_id, org, name, jwks, redirect_uris, scope, active) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (client_id) DO UPDATE SET org = excluded.org, \
                   name = excluded.name, jwks = excluded.jwks, redirect_uris = excluded.redirect_uris, \
                   scope = excluded.scope, active = excluded.active";
        let args = vec![
            client.client_id.as_str().into(),
            client.org.into(),
            client.name.as_str().into(),
            client.jwks.clone().into(),
            client.redirect_uris.join(" ").into(),
            client.scope.as_str().into(),
            i64::from(client.active).into(),
        ];
        self.statements(vec![(sql, args)]).await.map(drop)
    }

    /// Registers an account, or replaces what was registered.
    pub async fn register_account(&self, account: &Account) -> Result<(), StoreError> {
        let sql = "INSERT INTO account (username, subject, password, display, patient, practitioner, practitioner_role, org) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (username) DO UPDATE SET subject = excluded.subject, \
                   password = excluded.password, display = excluded.display, patient = excluded.patient, \
                   practitioner = excluded.practitioner, practitioner_role = excluded.practitioner_role, org = excluded.org";
        let args = vec![
            account.username.as_str().into(),
            account.subject.as_str().into(),
            account.password.as_str().into(),
            account.display.as_str().into(),
            account.patient.clone().into(),
            account.practitioner.clone().into(),
            account.practitioner_role.clone().into(),
            account.org.into(),
        ];
        self.statements(vec![(sql, args)]).await.map(drop)
    }

    /// The account that signs in with `username`.
    pub async fn account(&self, username: &str) -> Result<Option<Account>, StoreError> {
        let rows = self.rows(&format!("{ACCOUNT} WHERE username = $1"), vec![username.into()]).await?;
        Ok(rows.first().map(account))
    }

    /// The account that the identity provider calls `subject`.
    pub async fn account_of(&self, subject: &str) -> Result<Option<Account>, StoreError> {
        let rows = self.rows(&format!("{ACCOUNT} WHERE subject = $1"), vec![subject.into()]).await?;
        Ok(rows.first().map(account))
    }

    /// The name of the patient with this id, when there is an account for it.
    pub async fn display_of_patient(&self, patient_id: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT display FROM account WHERE patient = $1 ORDER BY username LIMIT 1";
        let rows = self.rows(sql, vec![patient_id.into()]).await?;
        Ok(rows.first().and_then(|row| owned(row, 0)))
    }

    /// Registers an organisation and gives its number; none when its URA belongs to another one.
    pub async fn register_organisation(
        &self,
        id: &str,
        ura: &str,
        kind: &str,
        name: &str,
    ) -> Result<Option<i64>, StoreError> {
        let insert = "INSERT INTO organisation (org, id, ura, kind, name) \
                      SELECT COALESCE(MAX(org) + 1, 10), $1, $2, $3, $4 FROM organisation WHERE org >= 10 \
                      ON CONFLICT DO NOTHING";
        let update = "UPDATE organisation SET kind = $3, name = $4 WHERE id = $1 AND ura = $2";
        let args: Vec<Arg> = vec![id.into(), ura.into(), kind.into(), name.into()];
        self.statements(vec![(insert, args.clone()), (update, args)]).await?;
        self.directory_changed();
        let found = "SELECT org FROM organisation WHERE id = $1 AND ura = $2";
        let rows = self.rows(found, vec![id.into(), ura.into()]).await?;
        Ok(rows.first().map(|row| row.int(0)))
    }

    /// The organisation with this number.
    pub async fn organisation(&self, org: i64) -> Result<Option<Organisation>, StoreError> {
        let rows =
            self.rows("SELECT org, id, ura, kind, name FROM organisation WHERE org = $1", vec![org.into()]).await?;
        Ok(rows.first().map(|row| Organisation {
            org: row.int(0),
            id: row.text(1).to_owned(),
            ura: row.text(2).to_owned(),
            kind: row.text(3).to_owned(),
            name: row.text(4).to_owned(),
        }))
    }

    /// Lets the account `username` act for a patient.
    pub async fn register_representative(&self, username: &str, to: &Representation) -> Result<(), StoreError> {
        let sql = "INSERT INTO representative (patient, username, relation, until, agreed) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (patient, username) DO UPDATE SET relation = excluded.relation, until = excluded.until, \
                   agreed = excluded.agreed";
        let args = vec![
            to.patient.as_str().into(),
            username.into(),
            to.relation.as_str().into(),
            to.until.into(),
            to.agreed.into(),
        ];
        self.statements(vec![(sql, args)]).await.map(drop)
    }

    /// For whom the account with this subject may act now.
    pub async fn representations(&self, subject: &str, now: i64) -> Result<Vec<Representation>, StoreError> {
        let sql = "SELECT r.patient, r.relation, r.until, r.agreed FROM representative r JOIN account a ON a.username = r.username \
                   WHERE a.subject = $1 AND (r.until IS NULL OR r.until > $2) ORDER BY r.patient";
        let rows = self.rows(sql, vec![subject.into(), now.into()]).await?;
        let one = |row: &Row| Representation {
            patient: row.text(0).to_owned(),
            relation: row.text(1).to_owned(),
            until: row.opt_int(2),
            agreed: row.opt_int(3),
        };
        Ok(rows.iter().map(one).collect())
    }

    /// The person of a `Patient`, when it exists.
    pub async fn person_of_patient(&self, patient_id: &str) -> Result<Option<i64>, StoreError> {
        let Some(rtype) = spil_fhir_profiles::definition::type_number("Patient") else { return Ok(None) };
        let sql = "SELECT person FROM resource WHERE rtype = $1 AND id = $2 AND deleted = 0";
        let rows = self.rows(sql, vec![i64::from(rtype).into(), patient_id.into()]).await?;
        Ok(rows.first().map(|row| row.int(0)).filter(|person| *person > 0))
    }
}

/// Secrets, used ids and revocations.
impl Store {
    /// Keeps a secret, and forgets those that are over at `now`.
    pub async fn keep_secret(&self, secret: &Secret, now: i64) -> Result<(), StoreError> {
        let statements =
            vec![("DELETE FROM secret WHERE expires < $1", vec![now.into()]), (INSERT_SECRET, secret_args(secret))];
        self.statements(statements).await.map(drop)
    }

    /// A secret that is not over at `now`, used or not.
    pub async fn secret(&self, kind: &'static str, digest: &str, now: i64) -> Result<Option<Secret>, StoreError> {
        let sql =
            "SELECT digest, body, subject, expires, used FROM secret WHERE digest = $1 AND kind = $2 AND expires > $3";
        let rows = self.rows(sql, vec![digest.into(), kind.into(), now.into()]).await?;
        Ok(rows.first().map(|row| Secret {
            digest: row.text(0).to_owned(),
            kind,
            body: row.text(1).to_owned(),
            subject: row.text(2).to_owned(),
            expires: row.int(3),
            used: row.int(4),
        }))
    }

    /// Uses `old` once, and keeps `new` only if that succeeded. `mark` is a random number other than 0.
    ///
    /// Both happen in one transaction, so that whoever finds `old` used can also find, and drop, what came of it.
    pub async fn exchange_secret(
        &self,
        old: &Secret,
        new: Option<&Secret>,
        mark: i64,
        now: i64,
    ) -> Result<bool, StoreError> {
        let claim = "UPDATE secret SET used = $3 WHERE digest = $1 AND kind = $2 AND used = 0 AND expires > $4";
        let follow = "INSERT INTO secret (digest, kind, body, subject, expires, used) \
                      SELECT $1, $2, $3, $4, CAST($5 AS BIGINT), CAST($6 AS BIGINT) \
                      WHERE EXISTS (SELECT 1 FROM secret WHERE digest = $7 AND used = $8)";
        let mut statements = vec![(claim, vec![old.digest.as_str().into(), old.kind.into(), mark.into(), now.into()])];
        if let Some(new) = new {
            let mut args = secret_args(new);
            args.extend([old.digest.as_str().into(), mark.into()]);
            statements.push((follow, args));
        }
        Ok(self.statements(statements).await?.first() == Some(&1))
    }

    /// Notes when a session was last seen.
    pub async fn touch_secret(&self, digest: &str, used: i64) -> Result<(), StoreError> {
        let sql = "UPDATE secret SET used = $2 WHERE digest = $1 AND used < $2";
        self.statements(vec![(sql, vec![digest.into(), used.into()])]).await.map(drop)
    }

    /// Replaces the body of a secret.
    pub async fn change_secret(&self, digest: &str, body: &str) -> Result<(), StoreError> {
        let sql = "UPDATE secret SET body = $2 WHERE digest = $1";
        self.statements(vec![(sql, vec![digest.into(), body.into()])]).await.map(drop)
    }

    /// Forgets a secret.
    pub async fn drop_secret(&self, digest: &str) -> Result<(), StoreError> {
        self.statements(vec![("DELETE FROM secret WHERE digest = $1", vec![digest.into()])]).await.map(drop)
    }

    /// Ends a family of tokens: its refresh tokens are dropped, its access tokens (which end before `expires`) revoked.
    pub async fn drop_family(&self, family: &str, expires: i64) -> Result<(), StoreError> {
        let statements = vec![
            ("DELETE FROM secret WHERE kind = 'refresh' AND subject = $1", vec![family.into()]),
            (
                "INSERT INTO revoked (jti, expires) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                vec![family.into(), expires.into()],
            ),
        ];
        self.statements(statements).await.map(drop)
    }

    /// Revokes an access token until it would have ended.
    pub async fn revoke(&self, jti: &str, expires: i64, now: i64) -> Result<(), StoreError> {
        let statements = vec![
            ("DELETE FROM revoked WHERE expires < $1", vec![now.into()]),
            (
                "INSERT INTO revoked (jti, expires) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                vec![jti.into(), expires.into()],
            ),
        ];
        self.statements(statements).await.map(drop)
    }

    /// Everything revoked that has not ended at `now`.
    pub async fn revoked(&self, now: i64) -> Result<Vec<(String, i64)>, StoreError> {
        let rows = self.rows("SELECT jti, expires FROM revoked WHERE expires > $1", vec![now.into()]).await?;
        Ok(rows.iter().map(|row| (row.text(0).to_owned(), row.int(1))).collect())
    }

    /// Whether a token, or its family, is revoked.
    pub async fn is_revoked(&self, jti: &str, family: Option<&str>) -> Result<bool, StoreError> {
        let sql = "SELECT expires FROM revoked WHERE jti = $1 OR jti = $2";
        let rows = self.rows(sql, vec![jti.into(), family.unwrap_or(jti).into()]).await?;
        Ok(!rows.is_empty())
    }

    /// Uses the id of an assertion; false when it was used before. Ids are kept until `expires`.
    pub async fn use_jti(&self, client_id: &str, jti: &str, expires: i64, now: i64) -> Result<bool, StoreError> {
        let insert = "INSERT INTO used_jti (client_id, jti, expires) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let statements = vec![
            ("DELETE FROM used_jti WHERE expires < $1", vec![now.into()]),
            (insert, vec![client_id.into(), jti.into(), expires.into()]),
        ];
        Ok(self.statements(statements).await?.get(1) == Some(&1))
    }
}
