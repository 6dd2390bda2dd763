//! The command `import actions`.

use std::process::Output;

use serde_json::Value;

use super::*;
use crate::harness::{Folder, command};

fn run(app: &App, arguments: &[&str]) -> Output {
    let url = app.database.url();
    let settings = [("MATTERS_ARISING_DATABASE__URL", url.as_str())];
    let arguments = [&["import", "actions"], arguments].concat();
    command(&arguments, &settings).output().unwrap()
}

fn printed(output: &Output, status: i32) -> String {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{text}{error}");
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_rehearsed_applied_and_known_again() {
    let app = App::start().await;
    let council = found(&app).await;
    let clerk = &council.clerk;
    let folder = Folder::create();
    let file = folder.write("tracker.csv", TRACKER);
    let text = printed(&run(&app, &[&file]), 0);
    for line in [
        "Columns, by the headings in row 3:",
        "  F   Lead officer                             owner (guessed)",
        "  K   Cost                                     not taken",
        "Rows: 6 (created 6, changed 0, unchanged 0, left out 0, refused 0)",
        "       5 created   -                Fostering",
        "Dry run: nothing was recorded. Bring it in with --apply.",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
    assert_eq!(clerk.all("/v1/actions").await, [] as [Value; 0]);

    let made = printed(&run(&app, &[&file, "--apply", "--format", "json"]), 0);
    let made: Value = serde_json::from_str(&made).unwrap();
    assert_eq!(made["counts"]["created"], 6);
    assert_eq!(made["rows"][0]["reference"], "CFS/13-14/001");
    let sheet = folder.path("tracker.xlsx");
    std::fs::write(&sheet, workbook()).unwrap();
    let again = printed(&run(&app, &[&sheet, "--apply", "--sheet", "Actions"]), 0);
    assert!(
        again.contains("Rows: 6 (created 0, changed 0, unchanged 6, left out 0, refused 0)"),
        "{again}"
    );
    let history = clerk
        .all(&format!(
            "/v1/actions/{}/history",
            made["rows"][0]["action_id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(history[0]["actor"]["subject"], "import actions");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_is_refused_keeps_all_out_and_the_status_says_so() {
    let app = App::start().await;
    let council = found(&app).await;
    let folder = Folder::create();
    let file = folder.write(
        "tracker.csv",
        "Sitting,Want,Boss\n03/03/2014,Report,Smith\n31/02/2014,Repair,\n",
    );
    let named = [
        &*file,
        "--map",
        "Sitting=meeting",
        "--map",
        "Want=action",
        "--map",
        "Boss=owner",
        "--owner",
        "Smith=Head of Law",
        "--owner",
        "=Head of Law",
        "--committee",
        "CFS",
        "--apply",
    ];
    let output = run(&app, &named);
    let text = printed(&output, 1);
    assert!(
        text.contains("column A, Sitting [no_such_day]: \"31/02/2014\" is no day"),
        "{text}"
    );
    assert!(text.ends_with("Nothing was recorded.\n"), "{text}");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        error,
        "matters-arising: rows are refused, and so nothing was brought in: see the report\n"
    );
    assert_eq!(council.clerk.all("/v1/actions").await, [] as [Value; 0]);

    let output = run(&app, &[&file]);
    assert_eq!(printed(&output, 1), "");
    assert!(String::from_utf8_lossy(&output.stderr).contains("No row is recognised"));
    let output = run(&app, &[&folder.path("missing.csv")]);
    assert_eq!(printed(&output, 1), "");
    for wrong in [
        ["--map", "Sitting=when"],
        ["--dry-run", "--apply"],
        ["--committee", "cfs"],
    ] {
        let output = run(&app, &[&[&*file][..], &wrong].concat());
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
}
