//! CommonMark from a document → doc lines that rustdoc takes without a warning.
//!
//! The text is read with rustdoc's own Markdown reader and written anew from its events, so that nothing passes
//! through by accident: HTML becomes text or goes, code blocks are marked `text` (a bare block would become a
//! doctest), brackets are escaped (they would be tried as links to items), bare addresses get angle brackets, and
//! characters that end a line or turn its direction are replaced.

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream};

use super::links::METHODS;

/// Lines are folded at this width.
const WIDTH: usize = 100;

/// Doc lines for a CommonMark text, without an empty line at either end.
pub(in crate::rust) fn lines(text: &str) -> Vec<String> {
    let text = without_traps(text);
    let mut writer = Writer::default();
    let parser = Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    for event in TextMergeStream::new(parser) {
        writer.event(event);
    }
    writer.finish()
}

/// A text as inline code, whatever it contains.
pub(in crate::rust) fn code(text: &str) -> String {
    let text = without_traps(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    if text.is_empty() {
        "`\"\"`".to_owned()
    } else if text.starts_with('`') || text.ends_with('`') {
        [&fence, " ", &text, " ", &fence].concat()
    } else {
        [fence.as_str(), &text, &fence].concat()
    }
}

/// Replaces what would end a comment line, hide text or turn its direction (rustc refuses the latter).
fn without_traps(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\t', "    ")
        .chars()
        .map(|c| match c {
            '\n' => '\n',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => {
                '\u{fffd}'
            }
            '\u{2028}' | '\u{2029}' | '\u{feff}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

/// A word of running text, with everything that Markdown or rustdoc would read as markup escaped.
fn escape(word: &str) -> String {
    if is_address(word) {
        return link_address(word);
    }
    let out = escape_marks(word);
    // rustdoc asks for angle brackets around an address that stands inside a word too: `(https://x)`.
    if out.contains("://") { break_addresses(&out) } else { out }
}

/// The same where an address is no link of its own.
fn escape_marks(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut chars = word.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|&(_, c)| c);
        let inside_word = at > 0
            && next.is_some_and(char::is_alphanumeric)
            && word[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let markup = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' => true,
            '_' => !inside_word,
            '#' => at == 0,
            '&' => next.is_some_and(|next| next.is_ascii_alphanumeric() || next == '#'),
            _ => false,
        };
        if markup {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn is_address(word: &str) -> bool {
    (word.starts_with("https://") || word.starts_with("http://"))
        && word.len() > "https://".len()
        && word.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '\\' | '`' | '"'))
}

/// `<https://…>`, leaving punctuation at the end outside.
fn link_address(word: &str) -> String {
    let address = word.trim_end_matches(['.', ',', ';', ':', ')', ']', '\'', '!', '?', '*', '_']);
    let rest = &word[address.len()..];
    ["<", address, ">", &escape(rest)].concat()
}

/// Puts the address in `(https://x)` in angle brackets; what cannot be an address loses its looks.
fn break_addresses(word: &str) -> String {
    let Some(at) = word.find("http://").or_else(|| word.find("https://")) else { return word.to_owned() };
    let (before, address) = word.split_at(at);
    if is_address(address) { [before, &link_address(address)].concat() } else { word.replace("://", ":\\//") }
}

/// One line of our own Markdown, folded. A space inside of code is no place to fold at.
pub(super) fn folded(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut inside_code = false;
    for word in line.split(' ') {
        match words.last_mut() {
            Some(last) if inside_code => last.extend([" ", word]),
            _ => words.push(word.to_owned()),
        }
        inside_code ^= word.matches('`').count() % 2 == 1;
    }
    fold(words.iter().map(String::as_str), WIDTH)
}

/// Words → lines of at most this width, where the words allow it.
fn fold<'a>(words: impl Iterator<Item = &'a str>, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut length) = (String::new(), 0);
    for word in words {
        let more = word.chars().count() + 1;
        if !line.is_empty() && length + more > width {
            lines.push(std::mem::take(&mut line));
        }
        if line.is_empty() {
            line.push_str(&at_line_start(word));
            length = more - 1;
        } else {
            line.extend([" ", word]);
            length += more;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[derive(Default)]
struct Writer {
    lines: Vec<String>,
    /// Words of the block that is being read.
    words: Words,
    /// Prefixes of the enclosing list items and quotes.
    nest: Vec<Nest>,
    /// Where links lead, innermost last; `None` for a link that is dropped.
    links: Vec<Option<String>>,
    code: Option<String>,
    /// Cells of the table row that is being read.
    cells: Option<Vec<String>>,
    images: usize,
}

enum Nest {
    Quote,
    List { number: Option<u64>, loose: bool },
    Item { marker: String, used: bool },
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.words.text(&text, self.links.iter().any(Option::is_some)),
            },
            Event::Code(text) => self.words.glue(&code(&text)),
            // Tags carry layout, not words: `<br>` is a space, the rest is nothing.
            Event::InlineHtml(_) | Event::SoftBreak => self.words.space(),
            Event::HardBreak => {
                self.flush();
            }
            Event::Html(html) => self.words.text(&without_tags(&html), false),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.gap(),
            // Two levels are enough for a comment.
            Tag::Heading { level, .. } => {
                self.flush();
                self.gap();
                self.words.raw(if level == HeadingLevel::H1 { "#" } else { "##" });
                self.words.space();
            }
            Tag::BlockQuote(_) => {
                self.gap();
                self.nest.push(Nest::Quote);
            }
            Tag::CodeBlock(_) => {
                self.flush();
                self.gap();
                self.code = Some(String::new());
            }
            Tag::List(number) => {
                self.flush();
                self.gap();
                self.nest.push(Nest::List { number, loose: false });
            }
            Tag::Item => {
                let marker = match self.nest.iter_mut().rev().find_map(|nest| match nest {
                    Nest::List { number, .. } => Some(number),
                    _ => None,
                }) {
                    Some(Some(number)) => {
                        *number += 1;
                        [&(*number - 1).to_string(), ". "].concat()
                    }
                    _ => "- ".to_owned(),
                };
                self.nest.push(Nest::Item { marker, used: false });
            }
            Tag::Table(_) => {
                self.flush();
                self.gap();
            }
            Tag::TableHead | Tag::TableRow => self.cells = Some(Vec::new()),
            Tag::Strong => self.words.raw("**"),
            Tag::Emphasis => self.words.raw("*"),
            Tag::Strikethrough => self.words.raw("~~"),
            // A link that leads outside stays; one into the same document (`#section`) leaves its words.
            Tag::Link { dest_url, link_type, .. } => {
                // The words of `<https://…>` are the address, which is written as such anyhow.
                let outside = link_type != LinkType::Autolink
                    && (is_address(&dest_url) || dest_url.starts_with(METHODS))
                    && !dest_url.contains([' ', '(', ')']);
                if outside {
                    self.words.raw("[");
                }
                self.links.push(outside.then(|| dest_url.to_string()));
            }
            Tag::Image { .. } => self.images += 1,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::HtmlBlock => {
                self.flush();
                if let Some(Nest::List { loose, .. }) = self.nest.iter_mut().rev().nth(1) {
                    *loose = true;
                }
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) => {
                self.flush();
                self.nest.pop();
            }
            TagEnd::Item => {
                self.flush();
                self.nest.pop();
            }
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
                let fence = "`".repeat((longest + 1).max(3));
                self.line(&[&fence, "text"].concat());
                for line in code.trim_end().lines() {
                    self.line(line);
                }
                self.line(&fence);
            }
            TagEnd::TableCell => {
                let cell = self.words.take().join(" ");
                if let Some(cells) = &mut self.cells {
                    cells.push(cell);
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                let cells = self.cells.take().unwrap_or_default();
                self.line(&["| ", &cells.join(" | "), " |"].concat());
                if tag == TagEnd::TableHead {
                    self.line(&["|", &"---|".repeat(cells.len())].concat());
                }
            }
            TagEnd::Strong => self.words.close("**"),
            TagEnd::Emphasis => self.words.close("*"),
            TagEnd::Strikethrough => self.words.close("~~"),
            TagEnd::Link => {
                if let Some(Some(address)) = self.links.pop() {
                    self.words.close(&["](", &address, ")"].concat());
                }
            }
            TagEnd::Image => self.images -= 1,
            _ => {}
        }
    }

    /// An empty line before the next block, unless it begins a list item or the text.
    fn gap(&mut self) {
        let fresh = matches!(self.nest.last(), Some(Nest::Item { used: false, .. }));
        if !fresh && self.lines.last().is_some_and(|line| !line.is_empty()) {
            let quoted = self.nest.iter().any(|nest| matches!(nest, Nest::Quote));
            if quoted { self.line("") } else { self.lines.push(String::new()) }
        }
    }

    /// Writes the words that were gathered, folded.
    fn flush(&mut self) {
        let words = self.words.take();
        if words.is_empty() {
            return;
        }
        let width = WIDTH.saturating_sub(self.nest.len() * 2).max(40);
        for line in fold(words.iter().map(String::as_str), width) {
            self.line(&line);
        }
    }

    fn line(&mut self, text: &str) {
        let mut out = String::new();
        for nest in &mut self.nest {
            match nest {
                Nest::Quote => out.push_str("> "),
                Nest::List { .. } => {}
                Nest::Item { marker, used: used @ false } => {
                    *used = true;
                    out.push_str(marker);
                }
                Nest::Item { marker, .. } => out.extend(std::iter::repeat_n(' ', marker.len())),
            }
        }
        out.push_str(text);
        self.lines.push(out.trim_end().to_owned());
    }

    fn finish(mut self) -> Vec<String> {
        self.flush();
        while self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        self.lines
    }
}

/// A word that would begin a list, a rule or a heading at the start of a line.
fn at_line_start(word: &str) -> String {
    let digits = word.chars().take_while(char::is_ascii_digit).count();
    if !word.is_empty() && word.chars().all(|c| matches!(c, '-' | '=' | '+' | ':')) {
        ["\\", word].concat()
    } else if digits > 0 && matches!(&word[digits..], "." | ")") {
        [&word[..digits], "\\", &word[digits..]].concat()
    } else {
        word.to_owned()
    }
}

/// The words of an HTML block.
fn without_tags(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((text, tag)) = rest.split_once('<') {
        out.push_str(text);
        out.push(' ');
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        rest = tag.split_once(end).map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// Words of a paragraph; markup sticks to the word it stands beside.
#[derive(Default)]
struct Words {
    words: Vec<String>,
    /// The next piece belongs to the last word.
    open: bool,
}

impl Words {
    fn text(&mut self, text: &str, inside_link: bool) {
        if text.starts_with(char::is_whitespace) {
            self.space();
        }
        for (at, word) in text.split_whitespace().enumerate() {
            if at > 0 {
                self.space();
            }
            self.glue(&if inside_link { escape_marks(word) } else { escape(word) });
        }
        if text.ends_with(char::is_whitespace) {
            self.space();
        }
    }

    fn raw(&mut self, piece: &str) {
        self.glue(piece);
    }

    /// Closing markup sticks to the last word even when a space came before it.
    fn close(&mut self, piece: &str) {
        self.open = true;
        self.glue(piece);
    }

    fn glue(&mut self, piece: &str) {
        match self.words.last_mut() {
            Some(last) if self.open => last.push_str(piece),
            _ => self.words.push(piece.to_owned()),
        }
        self.open = true;
    }

    fn space(&mut self) {
        self.open = false;
    }

    fn take(&mut self) -> Vec<String> {
        self.open = false;
        std::mem::take(&mut self.words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines(text), expected, "{text:?}");
    }

    #[test]
    fn paragraphs_are_folded_and_kept_apart() {
        check("one\ntwo  \nthree\n\nfour", &["one two", "three", "", "four"]);
        let long = "word ".repeat(40);
        assert!(lines(&long).iter().all(|line| line.len() <= WIDTH));
    }

    #[test]
    fn code_blocks_are_text() {
        check("    indented\n", &["```text", "indented", "```"]);
        check("```\nfn main() {}\n```", &["```text", "fn main() {}", "```"]);
        check(
            "```json\n{\n\t\"a\": 1\n}\n```\nmore",
            &["```text", "{", "    \"a\": 1", "}", "```", "", "more"],
        );
        // One that is not closed, and one that tries to close early.
        check("```rust\npanic!()", &["```text", "panic!()", "```"]);
        check("~~~\n```\nfn main() {}\n~~~", &["````text", "```", "fn main() {}", "````"]);
    }

    #[test]
    fn lists_are_indented() {
        check("- a\n  b\n- c\n\n  d\n  - e", &["- a b", "- c", "", "  d", "", "  - e"]);
        check("1. one\n2. two\n", &["1. one", "2. two"]);
        check("text\n- a\nlazy\n\nend", &["text", "", "- a lazy", "", "end"]);
        check("> quoted\n> more\n\nend", &["> quoted more", "", "end"]);
    }

    #[test]
    fn links_lead_outside_or_nowhere() {
        check("[a](https://x.y/z) and [b](#section)", &["[a](https://x.y/z) and b"]);
        check("see https://x.y/z.", &["see <https://x.y/z>."]);
        check("(https://x.y/z)", &["(<https://x.y/z>)"]);
        check("[Option] and [`Vec`] [x][y]", &["\\[Option\\] and \\[`Vec`\\] \\[x\\]\\[y\\]"]);
        check("[https://x.y](https://x.y) <https://x.y>", &["[https://x.y](https://x.y) <https://x.y>"]);
        check("![alt](https://x.y/z.png)", &["alt"]);
    }

    #[test]
    fn markup_that_is_none_is_escaped() {
        check("a < b && c > d | e * f", &["a \\< b && c \\> d \\| e \\* f"]);
        check("snake_case and _emphasis_", &["snake_case and *emphasis*"]);
        check("<br>x<script>alert(1)</script>", &["x alert(1)"]);
        check("<p>Words <b>here</b></p>\n\n<!-- none -->\n\nx", &["Words here", "", "x"]);
        check("a &amp;lt; b", &["a \\&lt; b"]);
        check("x\n\\# no heading\n\\- no item", &["x \\# no heading - no item"]);
        check("\\- x", &["\\- x"]);
    }

    #[test]
    fn traps_are_taken_out() {
        check("a\rb\u{2028}c\u{0}d\u{202e}e", &["a b c d\u{fffd}e"]);
        check("x*/ // //! #![allow(x)]", &["x\\*/ // //! \\#!\\[allow(x)\\]"]);
    }

    #[test]
    fn tables_stay() {
        check("| a | b |\n|---|---|\n| `x` | y |", &["| a | b |", "|---|---|", "| `x` | y |"]);
    }

    #[test]
    fn code_holds_anything() {
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\nb"), "`a b`");
        assert_eq!(code(""), "`\"\"`");
    }

    /// What the writer writes, the reader reads as the same words, and no line is another kind of comment.
    #[test]
    fn writing_twice_changes_nothing() {
        for text in [
            "# Title\n\ntext\n\n- a\n- b\n\n    code\n\n| a |\n|---|\n| b |\n",
            "a*b*c **d** `e` ~~f~~ [g](https://h.i) https://j.k/l_m",
            "\\# x\n\n1\\. y\n\n\\+ z\n\\===\n",
        ] {
            let once = lines(text);
            assert_eq!(lines(&once.join("\n")), once, "{text:?}");
        }
    }
}
