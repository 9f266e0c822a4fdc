//! What clients were told, held against what the store keeps. Pure, so that it can be tried on stores that are wrong.
//!
//! Not here: how either is gathered (`clients`, `kept`).

use std::collections::{BTreeMap, BTreeSet};

use domain::{EnrolmentId, Step};

/// An enrolment that was acknowledged: what its receipt says.
#[derive(Debug, Clone)]
pub(super) struct Receipt {
    /// Whose.
    pub(super) person: String,
    /// Which.
    pub(super) enrolment: EnrolmentId,
    /// The audit's row, and its hash in hexadecimal.
    pub(super) audit: (u64, String),
}

/// What clients were told, and what they had asked.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    /// In their order, for each person.
    pub(super) receipts: Vec<Receipt>,
    /// For each code that was sent, by enrolment and step: how often the answer was that it is accepted.
    pub(super) codes: BTreeMap<(EnrolmentId, Step), usize>,
    /// Answers that nothing explains: something right was refused for good.
    pub(super) refused: Vec<String>,
}

/// What the store keeps.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    /// All enrolments, with their people.
    pub(super) enrolments: BTreeMap<EnrolmentId, String>,
    /// For each person the enrolment that what is set up came with.
    pub(super) set_up: BTreeMap<String, EnrolmentId>,
    /// Audit rows of accepted enrolments: number and hash.
    pub(super) accepted_rows: BTreeMap<EnrolmentId, (u64, String)>,
    /// Audit rows of accepted codes: how many for each enrolment.
    pub(super) code_rows: BTreeMap<EnrolmentId, usize>,
    /// People whose next code was looked at afterwards, and was right.
    pub(super) right: BTreeSet<String>,
    /// What `audit verify` found wrong.
    pub(super) audit: Option<String>,
}

/// Everything that is wrong.
pub(super) fn faults(told: &Told, kept: &Kept) -> Vec<String> {
    let mut faults = told.refused.clone();
    faults.extend(kept.audit.iter().cloned());
    faults.extend(enrolments(told, kept));
    faults.extend(codes(told, kept));
    faults
}

/// Every enrolment that was acknowledged is there, its audit row is the one on the receipt, and the newest of each
/// person is what is set up, and works.
fn enrolments(told: &Told, kept: &Kept) -> Vec<String> {
    let mut faults = Vec::new();
    let mut newest = BTreeMap::new();
    for Receipt { person, enrolment, audit } in &told.receipts {
        if kept.enrolments.get(enrolment) != Some(person) {
            faults.push(format!("{person}: enrolment {enrolment} was acknowledged and is not in the store"));
        }
        if kept.accepted_rows.get(enrolment) != Some(audit) {
            faults
                .push(format!("{person}: the receipt of {enrolment} names an audit row that is not its own"));
        }
        newest.insert(person, enrolment);
    }
    for (person, enrolment) in newest {
        if kept.set_up.get(person) != Some(enrolment) {
            faults.push(format!("{person}: {enrolment} was acknowledged last and is not what is set up"));
        }
        if !kept.right.contains(person) {
            faults.push(format!("{person}: the code of {enrolment} is not right"));
        }
    }
    faults
}

/// No code was accepted twice, whether or not the answer arrived; and what was accepted stands in the audit.
fn codes(told: &Told, kept: &Kept) -> Vec<String> {
    let mut faults = Vec::new();
    let mut counts: BTreeMap<EnrolmentId, (usize, usize)> = BTreeMap::new();
    for ((enrolment, Step(step)), accepted) in &told.codes {
        if *accepted > 1 {
            faults.push(format!("the code of {enrolment} for step {step} was accepted {accepted} times"));
        }
        let (sent, said) = counts.entry(*enrolment).or_default();
        *sent += 1;
        *said += accepted;
    }
    for (enrolment, rows) in &kept.code_rows {
        let (sent, _) = counts.get(enrolment).copied().unwrap_or_default();
        if *rows > sent {
            faults.push(format!("{sent} codes of {enrolment} were sent, and the audit has {rows} accepted"));
        }
    }
    for (enrolment, (_, said)) in counts {
        let rows = kept.code_rows.get(&enrolment).copied().unwrap_or_default();
        if rows < said {
            faults.push(format!("{said} codes of {enrolment} were accepted, and the audit has {rows}"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;

    const STEP: Step = Step(60_000_000);

    fn id(number: u8) -> EnrolmentId {
        EnrolmentId::at(Timestamp::from_secs(1_800_000_000), [number; 10])
    }

    /// Sam enrolled twice and Jo once; each signed in with the newest. One answer to Jo was lost.
    fn good() -> (Told, Kept) {
        let receipt = |person: &str, number: u8| Receipt {
            person: person.to_owned(),
            enrolment: id(number),
            audit: (number.into(), format!("{number:02x}")),
        };
        let told = Told {
            receipts: vec![receipt("sam", 1), receipt("jo", 2), receipt("sam", 3)],
            codes: BTreeMap::from([((id(3), STEP), 1), ((id(2), STEP), 0), ((id(2), Step(STEP.0 + 1)), 1)]),
            refused: Vec::new(),
        };
        let kept = Kept {
            enrolments: [(1, "sam"), (2, "jo"), (3, "sam")].map(|(n, who)| (id(n), who.to_owned())).into(),
            set_up: BTreeMap::from([("sam".to_owned(), id(3)), ("jo".to_owned(), id(2))]),
            accepted_rows: [1, 2, 3].map(|n| (id(n), (n.into(), format!("{n:02x}")))).into(),
            code_rows: BTreeMap::from([(id(3), 1), (id(2), 2)]),
            right: BTreeSet::from(["sam".to_owned(), "jo".to_owned()]),
            audit: None,
        };
        (told, kept)
    }

    /// The one fault that comes of one thing gone wrong.
    fn fault_after(spoil: impl FnOnce(&mut Told, &mut Kept)) -> String {
        let (mut told, mut kept) = good();
        assert_eq!(faults(&told, &kept), [""; 0]);
        spoil(&mut told, &mut kept);
        let found = faults(&told, &kept);
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().next().unwrap_or_default()
    }

    #[test]
    fn an_acknowledged_enrolment_that_is_missing_is_found_also_when_a_newer_one_is_there() {
        for number in [1, 2, 3] {
            let found = fault_after(|_, kept| {
                kept.enrolments.remove(&id(number));
            });
            assert!(found.contains("not in the store") && found.contains(&id(number).to_string()), "{found}");
        }
        let found = fault_after(|_, kept| {
            kept.enrolments.insert(id(2), "sam".to_owned());
        });
        assert!(found.starts_with("jo: ") && found.contains("not in the store"), "{found}");
    }

    #[test]
    fn a_receipt_for_another_audit_row_is_found() {
        let found = fault_after(|_, kept| {
            kept.accepted_rows.insert(id(1), (1, "ff".to_owned()));
        });
        assert!(found.contains("audit row"), "{found}");
        fault_after(|told, _| told.receipts[1].audit.0 = 9);
    }

    #[test]
    fn an_older_enrolment_in_the_newest_ones_place_and_a_code_that_is_wrong_are_found() {
        let found = fault_after(|_, kept| {
            kept.set_up.insert("sam".to_owned(), id(1));
        });
        assert!(found.contains("not what is set up"), "{found}");
        let found = fault_after(|_, kept| assert!(kept.right.remove("jo")));
        assert!(found.contains("not right"), "{found}");
    }

    #[test]
    fn a_code_accepted_twice_is_found_also_when_one_answer_was_lost() {
        let found = fault_after(|told, kept| {
            told.codes.insert((id(3), STEP), 2);
            kept.code_rows.insert(id(3), 1 + 1);
            told.codes.insert((id(3), Step(STEP.0 + 1)), 0);
        });
        assert!(found.contains("accepted 2 times"), "{found}");
        let found = fault_after(|_, kept| {
            kept.code_rows.insert(id(3), 2);
        });
        assert!(found.contains("1 codes") && found.contains("2 accepted"), "{found}");
    }

    #[test]
    fn an_accepted_code_that_nobody_wrote_down_a_broken_audit_and_a_refusal_are_found() {
        let found = fault_after(|_, kept| {
            kept.code_rows.remove(&id(3));
        });
        assert!(found.contains("the audit has 0"), "{found}");
        fault_after(|_, kept| kept.audit = Some("row 4 was changed".to_owned()));
        fault_after(|told, _| told.refused.push("sam: code_used".to_owned()));
    }
}
