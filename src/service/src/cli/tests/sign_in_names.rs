//! Sign-in names as somebody types or pastes them.

use super::Office;

#[test]
fn a_sign_in_name_is_found_in_each_form_and_hides_nothing() {
    let office = Office::served();
    let issue = |sign_in_name: &str, school: &str| {
        office.run(&[
            "code",
            "issue",
            "--name",
            "Si\u{e2}n Evans",
            "--sign-in-name",
            sign_in_name,
            "--school",
            school,
        ])
    };
    let first = issue("si\u{e2}n.evans", "ELM");
    assert_eq!(first.code, 0, "{}", first.err);
    let second = issue("SIA\u{302}N.EVANS", "elm");
    assert!(
        second.code == 0 && second.out.contains("Older codes of this person that ended: 1"),
        "{}",
        second.out
    );
    for (name, character) in [("si\u{e2}n\u{ad}.evans", "U+00AD"), ("\u{feff}si\u{e2}n.evans", "U+FEFF")] {
        let refused = issue(name, "elm");
        assert!(refused.code == 2 && refused.err.contains(character), "{}", refused.err);
        let shown = office.run(&["person", "export", name]);
        assert!(shown.code == 0 && shown.out.contains("si\u{e2}n.evans"), "{}{}", shown.out, shown.err);
    }
    for command in
        [["person", "erase"], ["person", "leave"], ["person", "back"], ["calls", "lift"], ["calls", "clear"]]
    {
        let refused = office.run(&[&command[..], &["sia\u{302}n.evans", "--reason", "asked"]].concat());
        assert!(refused.code == 1 && refused.out.is_empty(), "{command:?}: {}", refused.out);
        let shown = [" si\u{e2}n.evans,", "nothing was done", "--id "];
        assert!(shown.iter().all(|text| refused.err.contains(text)), "{command:?}: {}", refused.err);
    }
    let unknown = issue("sian.evans", "elmm");
    assert!(unknown.code == 2 && unknown.err.contains("elmm"), "{}", unknown.err);
}

#[test]
fn a_person_is_erased_by_their_id_as_the_refusal_shows_it() {
    let office = Office::served();
    let run = |command: &[&str], whom: &[&str]| office.run(&[command, whom, &["--reason", "asked"]].concat());
    let issued = ["--name", "Jo Smith", "--sign-in-name", "jsmith", "--school", "elm"];
    assert_eq!(office.run(&[&["code", "issue"], &issued[..]].concat()).code, 0);
    let refused = run(&["person", "erase"], &["\u{ff4a}smith"]);
    assert_eq!(refused.code, 1, "{}", refused.out);
    let id = refused.err.split("--id ").nth(1).and_then(|rest| rest.split(' ').next()).expect("an id");
    let shown = office.run(&["person", "export", "--id", id]);
    assert!(shown.code == 0 && shown.out.contains("jsmith"), "{}{}", shown.out, shown.err);
    let left = run(&["person", "leave"], &["--id", id]);
    assert!(left.code == 0 && left.out.contains(&format!("person back --id {id} --reason")), "{}", left.out);
    assert_eq!(run(&["person", "back"], &["--id", id]).code, 0);
    assert_eq!(run(&["calls", "lift"], &["--id", id]).code, 0);
    assert_eq!(run(&["calls", "clear"], &["--id", id]).code, 0);
    assert_eq!(run(&["person", "erase"], &["--id", id]).code, 0);
    let again = run(&["person", "erase"], &["--id", id]);
    assert!(again.code == 1 && again.err.contains("nobody has the id"), "{}", again.err);
    for wrong in [&["jsmith", "--id", id][..], &["--id", "jsmith"], &[]] {
        assert_eq!(run(&["person", "erase"], wrong).code, 2, "{wrong:?}");
    }
}
