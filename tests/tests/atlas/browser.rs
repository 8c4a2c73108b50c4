//! The atlas in a real browser: Chromium without a window opens it from a folder, as a person would. It is left out
//! where there is none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::site;

/// Names that Chromium goes by.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

fn browser() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&paths)
        .flat_map(|folder| NAMES.map(|name| folder.join(name)))
        .find(|program| program.is_file());
    if found.is_none() {
        eprintln!("left out: no Chromium on the PATH");
    }
    found
}

/// What a page of ours says when its script is done, and what the console said.
fn open(browser: &Path, folder: &Path, page: &str) -> (String, String) {
    let profile = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
        .args(["--disable-background-networking", "--enable-logging=stderr", "--window-size=1280,900"])
        // The page looks into frames of its own folder; without this each file is a stranger to every other.
        .args(["--allow-file-access-from-files", "--virtual-time-budget=60000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", folder.join(page).display()))
        .output()
        .expect("the browser runs");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (text(output.stdout), text(output.stderr))
}

/// Opens pages in frames as wide as phones and desks, uses them, and writes down what it saw.
const SCRIPT: &str = r##"
const load = (address, width) => new Promise((done) => {
  const frame = document.createElement("iframe");
  frame.width = width;
  frame.height = 800;
  frame.addEventListener("load", () => setTimeout(() => done(frame), 50), { once: true });
  frame.src = address;
  document.body.append(frame);
});
const next = (frame, act) => new Promise((done) => {
  frame.addEventListener("load", () => setTimeout(() => done(frame), 50), { once: true });
  act();
});
const until = async (holds) => {
  for (let time = 0; time < 100 && !holds(); time += 1) await new Promise((done) => setTimeout(done, 20));
};
const file = (frame) => frame.contentWindow.location.href.split("/").slice(-2).join("/");
const see = async () => {
  const seen = { overflow: [] };
  const pages = ["index.html", "types.html", "changes.html", "search.html?q=mount", "changes/compare.html?from=1.25&to=1.52",
    "operations/ContainerCreate.html", "types/HostConfig.html", "changes/1.43-1.44.html"];
  for (const page of pages) {
    for (const width of [360, 1280]) {
      const frame = await load(page, width);
      const root = frame.contentDocument.documentElement;
      await until(() => !page.includes("compare") || frame.contentDocument.querySelector("#news li"));
      if (root.scrollWidth > width || frame.contentDocument.body.scrollWidth > width)
        seen.overflow.push(`${page} is ${root.scrollWidth} wide on ${width}`);
      frame.remove();
    }
  }

  let frame = await load("search.html?q=HostConfig.Mounts", 1280);
  const first = () => frame.contentDocument.querySelector("#results a");
  seen.shared = first()?.textContent;
  const field = frame.contentDocument.getElementById("q");
  const type = (text) => {
    field.value = text;
    field.dispatchEvent(new Event("input"));
    return first()?.textContent ?? frame.contentDocument.getElementById("found").textContent;
  };
  seen.type = type("mount");
  seen.path = type("/containers/create");
  seen.rust = type("container_create");
  seen.pair = type("1.43 1.44");
  seen.nothing = type("<b>no such thing</b>");
  seen.status = frame.contentDocument.getElementById("found").getAttribute("role");
  type("HostConfig.Mounts");
  await next(frame, () => first().click());
  seen.found = file(frame);
  seen.target = frame.contentDocument.querySelector(":target")?.id;
  frame.remove();

  const pick = async (from, to) => {
    const frame = await load("changes.html", 360);
    const form = frame.contentDocument.querySelector(".picker");
    form.elements.from.value = from;
    form.elements.to.value = to;
    await next(frame, () => form.requestSubmit());
    await until(() => frame.contentDocument.querySelector("#news li"));
    const picked = [file(frame), frame.contentDocument.querySelector("h1").textContent,
      frame.contentDocument.querySelectorAll("#news li[id]").length];
    frame.remove();
    return picked;
  };
  seen.step = await pick("1.43", "1.44");
  seen.far = await pick("1.52", "1.25");

  const news = async (address) => {
    const frame = await load(address, 1280);
    await until(() => frame.contentDocument.querySelector("#news li"));
    const text = frame.contentDocument.getElementById("news").textContent.trim();
    frame.remove();
    return text;
  };
  const both = [await news("changes/1.43-1.44.html"), await news("changes/compare.html?from=1.43&to=1.44")];
  seen.same = both[0] === both[1] && both[0].length > 1000;
  frame = await load("changes/compare.html?from=..%2F..&to=1.44", 360);
  seen.wrong = frame.contentDocument.getElementById("told").textContent;
  frame.remove();

  frame = await load("index.html", 360);
  const page = frame.contentDocument;
  page.dispatchEvent(new KeyboardEvent("keydown", { key: "/" }));
  seen.slash = page.activeElement.id;
  const filter = page.querySelector(".filter input");
  filter.value = "/containers/create";
  filter.dispatchEvent(new Event("input"));
  seen.filtered = Array.from(page.querySelectorAll(".matrix tbody tr:not(.group)")).filter((row) => row.checkVisibility()).length;
  page.querySelector(".scroll").scrollTop = 400;
  const head = page.querySelector(".matrix thead th:nth-child(3)");
  seen.sticky = [frame.contentWindow.getComputedStyle(head).position, frame.contentWindow.getComputedStyle(page.querySelector(".matrix tbody th")).position];
  frame.remove();
  return seen;
};
see().then((seen) => JSON.stringify(seen), (error) => JSON.stringify({ error: String(error?.stack ?? error) }))
  .then((text) => { document.getElementById("seen").textContent = text; });
"##;

#[test]
fn it_works_in_a_browser() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in site() {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let page = format!("<!DOCTYPE html><pre id=\"seen\"></pre><script>{SCRIPT}</script>");
    fs::write(folder.path().join("see.html"), page).expect("written");

    let (dom, console) = open(&browser, folder.path(), "see.html");
    let seen = dom.split_once("<pre id=\"seen\">").and_then(|(_, rest)| rest.split_once("</pre>"));
    let (seen, _) = seen.unwrap_or_else(|| panic!("no page: {dom}\n{console}"));
    let text = seen.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let seen: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text:?}\n{console}"));
    let complaints: Vec<&str> = console.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
    let expected = serde_json::json!({
        "overflow": [],
        "shared": "HostConfig.Mounts",
        "type": "Mount",
        "path": "ContainerCreate",
        "rust": "ContainerCreate",
        "pair": "From API v1.43 to v1.44",
        "nothing": "Nothing found for “<b>no such thing</b>”.",
        "status": "status",
        "found": "types/HostConfig.html#field-Mounts",
        "target": "field-Mounts",
        "same": true,
        "wrong": "This site does not have both of these versions: choose two.",
        "slash": "q",
        "filtered": 1,
        "sticky": ["sticky", "sticky"],
    });
    for (key, value) in expected.as_object().expect("a map") {
        assert_eq!(&seen[key], value, "{key}: {seen:#}");
    }
    assert_eq!(
        (&seen["step"][0], &seen["step"][1]),
        (&"changes/1.43-1.44.html".into(), &"From API v1.43 to v1.44".into())
    );
    assert_eq!(seen["far"][0], "changes/compare.html?from=1.25&to=1.52");
    assert_eq!(seen["far"][1], "From API v1.25 to v1.52");
    assert!(
        seen["step"][2].as_u64() > Some(10) && seen["far"][2].as_u64() > seen["step"][2].as_u64(),
        "{seen:#}"
    );
}
