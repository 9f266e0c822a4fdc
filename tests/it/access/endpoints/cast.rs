//! Who stands before the endpoints, with every credential once in good order and once spoilt.

use domain::{CallId, EnrolmentCode, Label, SchoolId, StationId};
use protocol::{CallRequest, Purpose, SealPurpose, Signed, StationDocument, StationSigner, paths};

use super::super::harness::{Asking as _, BY, HOME, Harness, new_person};
use super::super::people::{Assistant, SignedIn, enrolled, posted};

/// Jo and Kim are signed in; Lee and Mo are enrolled.
pub(super) struct Cast {
    pub(super) harness: Harness,
    pub(super) jo: SignedIn,
    pub(super) kim: SignedIn,
    /// Jo's, which waits for a line.
    pub(super) jos_call: CallId,
    pub(super) lee: SignedIn,
    pub(super) kims_code: EnrolmentCode,
    /// Signed in, and its right to post has passed.
    pub(super) late: SignedIn,
    pub(super) expired_code: EnrolmentCode,
    pub(super) revoked_code: EnrolmentCode,
    pub(super) key: String,
    pub(super) revoked_key: String,
    pub(super) far_key: String,
    /// Stations' codes: for one that is registered with a key, too old, withdrawn.
    pub(super) used_station: EnrolmentCode,
    pub(super) expired_station: EnrolmentCode,
    pub(super) revoked_station: EnrolmentCode,
    /// The one that is registered, and its key.
    pub(super) station: StationId,
    pub(super) station_key: StationSigner,
}

impl Cast {
    pub(super) async fn gather() -> Self {
        let harness = Harness::open().await;
        let assistant =
            async || Assistant::start(&harness.line, &harness.running.identity_key, harness.now()).await;
        let service = harness.service();
        let late_code = harness.code_for("late").await;
        let late = assistant().await.signed_in(&late_code, harness.now(), HOME).await;
        let expired = service.issue_code(new_person("slow"), BY, Some(1), None).await.expect("a code");
        let revoked = service.issue_code(new_person("gone"), BY, None, None).await.expect("a code");
        service
            .revoke_code(&revoked.id.to_string(), engine::Actor::new(BY, "lost").expect("a reason"))
            .await
            .expect("revoked");
        let station = async |name: &str| {
            let name = Label::new(name).expect("a label");
            let added = service.add_station(name, SchoolId("elm".to_owned()), BY, None).await;
            added.expect("a code").code
        };
        let (used_station, expired_station, revoked_station) =
            (station("Staff room").await, station("Hall").await, station("Office").await);
        service
            .revoke_station(
                Label::new("Office").expect("a label"),
                engine::Actor::new(BY, "moved").expect("a reason"),
            )
            .await
            .expect("revoked");
        let station_key = StationSigner::from_bytes(&[9; 32]);
        let sealed = assistant().await.station(&used_station, station_key.key(), harness.now());
        let signed: Signed = posted(&harness.line, paths::STATIONS, &sealed).at(HOME).answer().await.read();
        let registered: StationDocument =
            signed.open(Purpose::Station, &harness.running.identity_key).expect("the service's own");
        // The right to post lasts 30 days.
        harness.pass_secs(31 * 86_400);
        let (lee, _mo) = (enrolled(&harness, "lee").await, enrolled(&harness, "mo").await);
        // A session lasts 30 minutes, and the codes that they enrolled with are used up.
        harness.pass_secs(31 * 60);
        let (jos_code, kims_code) = (harness.code_for("jo").await, harness.code_for("kim").await);
        let jo = assistant().await.signed_in(&jos_code, harness.now(), HOME).await;
        let kim = assistant().await.signed_in(&kims_code, harness.now(), HOME).await;
        let jos_call = call_id(1);
        let asked = jo.call(jos_call, SealPurpose::Number, harness.now());
        let body = serde_json::to_string(&asked).expect("writes");
        let asked =
            harness.line.post(paths::CALLS, body).at(HOME).showing(jo.session().as_str()).answer().await;
        assert_eq!(asked.refusal(), None, "{}", asked.text());
        let (key, revoked_key) = (harness.key_of("rds").await, harness.key_of("old rds").await);
        service
            .revoke_client("old rds", engine::Actor::new(BY, "gone").expect("a reason"))
            .await
            .expect("revoked");
        let far = ["198.51.100.200/32".parse().expect("a network")];
        let far_key = service.add_client("far", &far, BY).await.expect("a client").key.to_string();
        let (expired_code, revoked_code) = (expired.code, revoked.code);
        Self {
            jo,
            kim,
            jos_call,
            lee,
            kims_code,
            late,
            expired_code,
            revoked_code,
            key,
            revoked_key,
            far_key,
            used_station,
            expired_station,
            revoked_station,
            station: registered.station,
            station_key,
            harness,
        }
    }

    /// A session that lay unused for too long.
    pub(super) fn old_session(&self) -> &str {
        self.lee.session().as_str()
    }

    /// Jo's next call.
    pub(super) fn next_call(&self, purpose: SealPurpose) -> CallRequest {
        self.jo.call(call_id(2), purpose, self.harness.now())
    }

    pub(super) fn grant_token(&self) -> String {
        protocol::Blob(self.jo.assistant.token.bytes().to_vec()).text()
    }
}

fn call_id(number: u128) -> CallId {
    CallId::from_uuid(uuid::Uuid::from_u128(number))
}
