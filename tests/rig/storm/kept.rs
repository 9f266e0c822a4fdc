//! What the store keeps in the end, read behind the service's back; and whether the codes of all who are enrolled are
//! right, looked at an hour later.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{EnrolmentId, Step};
use engine::{ClientId, Clock, Service, system_clock};
use protocol::{VerifyOutcome, VerifyRequest};
use service::config::Settings;
use sqlx::ConnectOptions as _;
use vault::Keys;

use super::judge::Kept;
use super::nodes::Nodes;
use crate::people::Ready;

/// A delay after a wrong code is over by then, and no code of the load is right any more.
const LATER_SECS: i64 = 60 * 60;

/// A school's own address: the day's limit for those outside does not count there.
const AT_SCHOOL: [u8; 4] = [192, 0, 2, 7];

/// Reads all of it. `enrolled` are those whose code has to be right.
pub(super) async fn read(nodes: &Nodes, enrolled: &[Ready]) -> anyhow::Result<Kept> {
    let mut kept = Kept::default();
    let options: sqlx::postgres::PgConnectOptions = nodes.store.parse()?;
    let mut open = options.connect().await?;
    let rows: Vec<(String, String)> =
        sqlx::query_as("select e.id, p.sign_in_name from enrolments e join people p on p.id = e.person")
            .fetch_all(&mut open)
            .await?;
    for (enrolment, person) in rows {
        kept.enrolments.insert(enrolment.parse()?, person);
    }
    let rows: Vec<(String, String)> = sqlx::query_as(
        "select p.sign_in_name, m.enrolment from methods m join people p on p.id = m.person
         where m.generation = p.generation",
    )
    .fetch_all(&mut open)
    .await?;
    for (person, enrolment) in rows {
        kept.set_up.insert(person, enrolment.parse()?);
    }
    let rows: Vec<(i64, Vec<u8>, Vec<u8>)> =
        sqlx::query_as("select sequence, body, hash from audit").fetch_all(&mut open).await?;
    for (sequence, body, hash) in rows {
        let body: Body = serde_json::from_slice(&body)?;
        let Some(enrolment) = body.enrolment else { continue };
        if body.what == "enrolment-accepted" {
            let hash = data_encoding::HEXLOWER.encode(&hash);
            kept.accepted_rows.insert(enrolment, (sequence.unsigned_abs(), hash));
        } else if body.what == "code-accepted" {
            *kept.code_rows.entry(enrolment).or_default() += 1;
        }
    }
    kept.audit = audit(nodes);
    kept.right = right(nodes, enrolled).await?;
    Ok(kept)
}

#[derive(serde::Deserialize)]
struct Body {
    what: String,
    enrolment: Option<EnrolmentId>,
}

/// What the command finds wrong.
fn audit(nodes: &Nodes) -> Option<String> {
    let output = match nodes.first().command().args(["audit", "verify"]).output() {
        Ok(output) => output,
        Err(error) => return Some(error.to_string()),
    };
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    (!output.status.success() || !said.starts_with("Whole: ")).then_some(said)
}

/// Who is let in by their next code, on the same store and with the same keys, an hour later.
async fn right(nodes: &Nodes, enrolled: &[Ready]) -> anyhow::Result<BTreeSet<String>> {
    let home = nodes.first().home();
    let settings = Settings::load(&home.join("service.toml"))?;
    let keys = Keys::load(&settings.keys, Some(&settings.data))?;
    let later: Clock = Arc::new(|| system_clock()().plus_secs(LATER_SECS));
    let service = Service::open_existing(&settings.store_url(), keys, later).await?;
    let client = ClientId(uuid::Uuid::nil());
    let mut right = BTreeSet::new();
    for person in enrolled {
        let request = VerifyRequest {
            sign_in_name: person.sign_in_name.clone(),
            code: person.code_of(Step::at(service.now())),
            address: Some(AT_SCHOOL.into()),
        };
        let answer = service.verify(&client, request).await;
        let outcome =
            answer.map_err(|refusal| anyhow::anyhow!("a code is refused: {}", refusal.code))?.outcome;
        if outcome == VerifyOutcome::Accepted {
            right.insert(person.sign_in_name.clone());
        }
    }
    service.store().close().await;
    Ok(right)
}
