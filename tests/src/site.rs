//! Reads a site as a strict browser would: markup that the site does not use is an injection, and every address leads
//! somewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// All elements that pages have.
const ELEMENTS: &str = "html head meta title link script body a header nav form label input kbd main h1 h2 h3 p ul ol li i b \
    div table caption thead tbody tr th td small code dl dt dd section span details summary select option button noscript \
    footer output";

/// Those of them that have no end.
const VOID: [&str; 3] = ["meta", "link", "input"];

/// All attributes that they have.
const ATTRIBUTES: &str = "lang charset http-equiv content name rel href src defer class aria-current aria-label aria-hidden \
    aria-live aria-keyshortcuts aria-labelledby role action for id type placeholder autocomplete spellcheck tabindex scope \
    colspan title hidden selected reversed data-up";

/// The files of a site, by path.
pub type Site = BTreeMap<String, String>;

/// Checks a whole site.
///
/// # Panics
///
/// When a file has a name or holds a thing that it must not, or an address leads nowhere.
pub fn check(site: &Site, what: &str) {
    let mut names = HashSet::new();
    for path in site.keys() {
        let plain = |part: &str| {
            !part.is_empty()
                && !part.starts_with('.')
                && part.len() < 120
                && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter))
        };
        assert!(path.split('/').all(plain), "{what}: {path:?}");
        assert!(names.insert(path.to_lowercase()), "{what}: {path} differs from another file in case only");
    }
    let mut pages: BTreeMap<&str, Page> = BTreeMap::new();
    for (path, text) in site {
        let controls = |letter: char| {
            letter != '\n' && letter.is_control() || "\u{2028}\u{202e}\u{2066}".contains(letter)
        };
        assert!(!text.contains(controls) || path.ends_with(".js"), "{what}: {path} has control characters");
        if path.ends_with(".html") {
            let page = read(text).unwrap_or_else(|wrong| panic!("{what}: {path}: {wrong}\n{text}"));
            page.check_frame().unwrap_or_else(|wrong| panic!("{what}: {path}: {wrong}\n{text}"));
            pages.insert(path, page);
        }
    }
    for (path, page) in &pages {
        follow(path, &page.links, site, &pages).unwrap_or_else(|wrong| panic!("{what}: {wrong}"));
    }
    for (path, text) in site.iter().filter(|(path, _)| path.starts_with("changes/from-")) {
        for (to, news) in changes(text) {
            let page = read(&news).unwrap_or_else(|wrong| panic!("{what}: {path} to {to}: {wrong}"));
            let mut pages = BTreeMap::from([(path.as_str(), page)]);
            let links = std::mem::take(&mut pages.get_mut(path.as_str()).expect("it was put there").links);
            let (own, others): (Vec<String>, Vec<String>) =
                links.into_iter().partition(|link| link.starts_with('#'));
            follow(path, &own, site, &pages).unwrap_or_else(|wrong| panic!("{what}: {wrong}"));
            follow(path, &others, site, &BTreeMap::new()).unwrap_or_else(|wrong| panic!("{what}: {wrong}"));
        }
    }
}

/// What the file of a version's changes tells: the HTML of each pair, by the later version.
///
/// # Panics
///
/// When it is no such file.
pub fn changes(text: &str) -> Vec<(String, String)> {
    let data = data(text, "window.atlasChanges = ");
    let pieces: Vec<&str> =
        data["pieces"].as_array().expect("a list").iter().filter_map(|piece| piece.as_str()).collect();
    let position = |value: &serde_json::Value| {
        value.as_u64().and_then(|at| usize::try_from(at).ok()).expect("a position")
    };
    let pairs = data["pairs"].as_object().expect("a map");
    pairs
        .iter()
        .map(|(to, places)| {
            let news =
                places.as_array().expect("a list").iter().map(|place| pieces[position(place)]).collect();
            (to.clone(), news)
        })
        .collect()
}

/// The JSON of a script that only sets a variable.
///
/// # Panics
///
/// When it is something else.
pub fn data(text: &str, variable: &str) -> serde_json::Value {
    let (_, data) = text.split_once(variable).expect("it sets the variable");
    serde_json::from_str(data.trim_end().strip_suffix(';').expect("it ends")).expect("the value is JSON")
}

/// What was found in a page or a piece of one.
#[derive(Debug, Default)]
pub struct Page {
    /// Elements in the order of their beginnings, with their attributes.
    pub elements: Vec<(String, HashMap<String, String>)>,
    /// All ids.
    pub ids: BTreeSet<String>,
    /// All addresses.
    pub links: Vec<String>,
}

/// Reads HTML; only what a site of ours has.
///
/// # Errors
///
/// Tells what does not belong there.
pub fn read(html: &str) -> Result<Page, String> {
    let mut page = Page::default();
    let mut open: Vec<String> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let text = &rest[..at];
        if text.contains('>') {
            return Err(format!("a bare > in {text:?}"));
        }
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("<!DOCTYPE html><!--") {
            rest = after.split_once("-->").ok_or("an open comment")?.1;
            continue;
        }
        let (tag, after) = rest[1..].split_once('>').ok_or("an open tag")?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            let last = open.pop();
            if last.as_deref() != Some(name) {
                return Err(format!("</{name}> ends {last:?}"));
            }
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        if !ELEMENTS.split_whitespace().any(|known| known == name) {
            return Err(format!("<{tag}>"));
        }
        let attributes = read_attributes(attributes)?;
        if let Some(id) = attributes.get("id")
            && !page.ids.insert(id.clone())
        {
            return Err(format!("two elements have the id {id}"));
        }
        let links = ["href", "src", "action"].into_iter().filter_map(|key| attributes.get(key));
        page.links.extend(links.cloned());
        page.elements.push((name.to_owned(), attributes));
        if !VOID.contains(&name) {
            open.push(name.to_owned());
        }
    }
    if open.is_empty() { Ok(page) } else { Err(format!("not ended: {open:?}")) }
}

fn read_attributes(mut rest: &str) -> Result<HashMap<String, String>, String> {
    let mut attributes = HashMap::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(attributes);
        }
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if !ATTRIBUTES.split_whitespace().any(|known| known == name) {
            return Err(format!("the attribute {name:?}"));
        }
        let mut value = "";
        rest = after;
        if let Some(quoted) = after.strip_prefix("=\"") {
            (value, rest) = quoted.split_once('"').ok_or("an open value")?;
        } else if after.starts_with('=') {
            return Err(format!("the value of {name} is not quoted"));
        }
        attributes.insert(
            name.to_owned(),
            value.replace("&amp;", "&").replace("&#39;", "'").replace("&quot;", "\""),
        );
    }
}

impl Page {
    fn all<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p HashMap<String, String>> + 'p {
        self.elements.iter().filter(move |(element, _)| element == name).map(|(_, attributes)| attributes)
    }

    /// What every page has, for those who see it, hear it or go through it with keys.
    fn check_frame(&self) -> Result<(), String> {
        for once in ["h1", "main", "title", "header", "footer"] {
            if self.all(once).count() != 1 {
                return Err(format!("<{once}> is there {} times", self.all(once).count()));
            }
        }
        if !self.all("html").any(|html| html.get("lang").is_some_and(|lang| lang == "en")) {
            return Err("no language".to_owned());
        }
        let policy = |meta: &HashMap<String, String>| {
            meta.get("content").is_some_and(|policy| policy.starts_with("default-src 'none'"))
        };
        if !self.all("meta").any(policy) {
            return Err("no policy".to_owned());
        }
        let first = self.all("a").next().and_then(|link| link.get("href"));
        if first.is_none_or(|to| to != "#main") {
            return Err("the first link does not skip to the content".to_owned());
        }
        let mut last = 0;
        for (name, _) in &self.elements {
            let Some(level) = name.strip_prefix('h').and_then(|level| level.parse::<u32>().ok()) else {
                continue;
            };
            if level > last + 1 {
                return Err(format!("<{name}> comes after <h{last}>"));
            }
            last = level;
        }
        if self.all("th").any(|cell| !cell.contains_key("scope")) {
            return Err("a <th> without a scope".to_owned());
        }
        let inline = |(_, attributes): &(String, HashMap<String, String>)| {
            attributes.keys().any(|key| key == "style" || key.starts_with("on"))
        };
        if self.elements.iter().any(inline) || self.all("script").any(|script| !script.contains_key("src")) {
            return Err("code or style in the page".to_owned());
        }
        Ok(())
    }
}

/// Looks where addresses lead to.
fn follow(path: &str, links: &[String], site: &Site, pages: &BTreeMap<&str, Page>) -> Result<(), String> {
    for link in links.iter().filter(|link| *link != "data:,") {
        let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
        let file = file.split('?').next().unwrap_or_default();
        let mut target: Vec<&str> = path.split('/').collect();
        if !file.is_empty() {
            target.pop();
            for step in file.split('/') {
                match step {
                    ".." => {
                        if target.pop().is_none() {
                            return Err(format!("{path} leads out of the site: {link}"));
                        }
                    }
                    step => target.push(step),
                }
            }
        }
        let target = target.join("/");
        if !site.contains_key(&target) {
            return Err(format!("{path} leads to {link}, which is not there"));
        }
        let known = |page: &Page| fragment.is_empty() || page.ids.contains(fragment);
        if !pages.get(target.as_str()).is_none_or(known) {
            return Err(format!("{path} leads to {link}, which has no such part"));
        }
    }
    Ok(())
}
