//! The real window under Xvfb, driven by WebDriver: the path of an analyst from a screenshot to a comparison.
//!
//! Invariant: only what a person can do is done (keys, clicks, the clipboard); answers are read from the page.
#![cfg(target_os = "linux")]

#[expect(dead_code, reason = "the Hub's faults are for the tests of the packs themselves")]
#[path = "../../../models/tests/it/fake_hub.rs"]
mod fake_hub;
mod page;
mod session;

use fantoccini::Locator;
use session::Session;

#[tokio::test(flavor = "current_thread")]
async fn an_analyst_gets_from_a_screenshot_to_a_comparison() {
    let session = Session::start(&["sample-comparison.png"]).await;
    let page = &session.page;

    // By argument: one capture arrives and becomes ready for review.
    page.open("inbox").await;
    page.wait("[data-testid=capture][data-state=ready]", 1).await;
    page.wait_until("the thumbnail is drawn", async || {
        let script = "const shown = document.querySelector('[data-testid=capture] img');
            return shown !== null && shown.complete && shown.naturalWidth > 0;";
        page.client.execute(script, Vec::new()).await.is_ok_and(|drawn| drawn == true)
    })
    .await;
    session.picture("inbox").await;

    // By paste: the second one comes from the clipboard.
    session.copy_picture("sample-pricing.png");
    page.press("v", &["Control"]).await;
    page.wait("[data-testid=capture][data-state=ready]", 2).await;

    // Review by keyboard: accept, reject, edit, the rest of the verified at once, merge.
    page.review("sample-comparison.png").await;
    page.wait_at_least("[data-testid=proposal]", 8).await;
    session.picture("review").await;
    let proposals = page.count("[data-testid=proposal]").await;
    page.press("a", &[]).await;
    page.wait("[data-testid=proposal][data-decision=accepted]", 1).await;
    page.press("j", &[]).await;
    page.press("x", &[]).await;
    page.wait("[data-testid=proposal][data-decision=rejected]", 1).await;
    page.select("[data-testid=proposal][data-property=tagline]").await;
    page.press("e", &[]).await;
    page.replace_text("Replays failing builds at home").await;
    page.wait("[data-testid=proposal][data-decision=edited]", 1).await;
    page.press("A", &["Shift"]).await;
    page.wait_until("most proposals are decided", async || {
        let pending = page.count("[data-testid=proposal][data-decision=pending]").await;
        pending < proposals / 2
    })
    .await;
    session.picture("review-decided").await;
    page.press("\u{e007}", &["Control"]).await;
    page.wait_text("[data-testid=toast]", "merged").await;

    // The library holds both tools; the undo takes them back, the redo brings them again.
    page.open("library").await;
    page.wait("[data-testid=tool]", 2).await;
    session.picture("library").await;
    page.press("z", &["Control"]).await;
    page.wait("[data-testid=tool]", 0).await;
    page.press("z", &["Control", "Shift"]).await;
    page.wait("[data-testid=tool]", 2).await;

    // Search finds the words typed by hand.
    page.type_into("[data-testid=search]", "failing builds at home").await;
    page.wait_at_least("[data-testid=hit]", 1).await;
    session.picture("search").await;
    page.clear("[data-testid=search]").await;

    // Compare the two, and look at the evidence of a cell: it shows the original's pixels.
    page.wait("[data-testid=tool]", 2).await;
    page.compare_all().await;
    page.wait_at_least("[data-testid=compare-cell]", 10).await;
    session.picture("compare").await;
    page.click("[data-testid=compare-cell][data-property=panel_ship][data-column='0'] button").await;
    page.wait_at_least("[data-testid=evidence-crop]", 1).await;
    session.picture("evidence").await;
    session.assert_crop_shows_the_original("sample-comparison.png").await;

    let title =
        page.client.find(Locator::Css("h1")).await.expect("a heading").text().await.expect("its text");
    assert!(title.contains("vs"), "the comparison names both tools: {title}");
    session.end().await;
}

#[tokio::test(flavor = "current_thread")]
async fn a_first_start_offers_samples_and_nothing_leaves_the_computer() {
    let session = Session::start(&[]).await;
    let page = &session.page;
    page.wait_text("[data-testid=app]", "connections").await;
    session.picture("welcome").await;
    let status = page.text_of("[data-testid=app]").await;
    assert!(status.contains("0 connections"), "the status bar counts connections: {status}");
    session.end().await;
}

#[tokio::test(flavor = "current_thread")]
async fn a_model_pack_is_downloaded_after_two_yeses_and_every_connection_counted() {
    let hub = fake_hub::FakeHub::start();
    let session = Session::start_with(&[], &["--endpoint", &hub.endpoint]).await;
    let page = &session.page;
    let row = format!("[data-pack=\"{}\"]", fake_hub::PACK);
    page.open("models").await;
    page.wait(&row, 1).await;
    page.click(&format!("{row} .side button")).await;
    page.wait("[data-testid=ask-hub]", 1).await;
    session.picture("models-ask").await;
    assert!(hub.asked().is_empty(), "nothing is sent before a yes");
    page.click("[data-testid=ask-hub]").await;
    page.wait_text("[data-testid=plan-commit]", fake_hub::COMMIT).await;
    session.picture("models-plan").await;
    assert!(hub.asked().iter().all(|asked| asked.path != "/blob"), "no weights before the second yes");

    page.click("[data-testid=download]").await;
    page.wait(&format!("{row}[data-state=ready]"), 1).await;
    page.wait_text("[data-testid=toast]", "is installed").await;
    session.picture("models").await;
    let counted = format!("{} connections since start", hub.asked().len());
    page.wait_text("footer", &counted).await;

    // Choose it, check it, forbid connections.
    page.click(&format!("{row} .side button")).await;
    page.wait_text(&row, "Chosen").await;
    page.click(&format!("{row} .side button")).await;
    page.wait_text("[data-testid=toast]", "every file has its recorded hash").await;
    page.click("input[type=checkbox]").await;
    let other = "[data-pack=\"smolvlm-2.2b\"] .side button";
    page.click(other).await;
    page.wait_text("dialog", "Connections are switched off").await;
    session.end().await;
}

#[tokio::test(flavor = "current_thread")]
async fn a_model_looks_answers_and_describes_in_words_of_the_page() {
    let session = Session::start_with_model(&["sample-launch.png"]).await;
    let page = &session.page;
    page.open("models").await;
    let row = "[data-pack=micro]";
    page.wait_text(row, "Chosen").await;
    page.click(&format!("{row} .side button:nth-of-type(2)")).await;
    page.wait_text(&format!("{row} [data-testid=measured]"), "tokens a second").await;
    session.picture("models-measured").await;

    // The text reader's proposals stand first; the model's join them, marked.
    page.review("sample-launch.png").await;
    page.wait_at_least("[data-testid=proposal]", 8).await;
    page.wait_text("[data-testid=proposers]", "micro").await;
    page.wait("[data-testid=model-line]", 0).await;
    session.picture("review-model").await;
    let verified = page.text_of("[data-testid=proposal][data-status=verified] [data-testid=proposers]").await;
    assert!(
        verified.lines().filter(|names| !names.is_empty()).all(|names| names.contains("rules")),
        "what only the model proposes is not verified: {verified}"
    );

    // A question: words of the page, lit, or that the page does not say it.
    page.click("figcaption a.name").await;
    page.type_into("#question", "How much is it?").await;
    page.press("\u{e007}", &[]).await;
    page.wait("[data-testid=answer]", 1).await;
    let answer = page.text_of("[data-testid=answer]").await;
    let lit = page.count("[data-lit=answer]").await;
    assert!(answer.contains("micro"), "{answer}");
    assert_eq!(lit == 0, answer.contains("Not on this page."), "{answer}");
    page.click("[data-testid=alt-text] button").await;
    page.wait_text("[data-testid=alt-words]", "Screenshot of a").await;
    session.picture("capture-asked").await;
    page.wait_text("footer", "0 connections").await;
    session.end().await;
}
