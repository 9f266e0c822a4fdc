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
    let unknown = issue("sian.evans", "elmm");
    assert!(unknown.code == 2 && unknown.err.contains("elmm"), "{}", unknown.err);
}
