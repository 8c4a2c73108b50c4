//! The layout of a macro call at the top of a file: on one line where it fits, else one entry a line.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Macro, MacroDelimiter};

const WIDTH: usize = 100;

/// Prints `path! { … }` or `path!(…);`.
pub(super) fn print(call: &Macro, out: &mut String) {
    let mut path = String::new();
    tokens(call.path.to_token_stream(), &mut path);
    let (open, close) = match call.delimiter {
        MacroDelimiter::Paren(_) => ("!(", ");"),
        MacroDelimiter::Bracket(_) => ("![", "];"),
        MacroDelimiter::Brace(_) => ("! { ", " }"),
    };
    let mut body = String::new();
    tokens(call.tokens.clone(), &mut body);
    out.push_str(&path);
    if path.len() + open.len() + body.len() + close.len() <= WIDTH {
        out.extend([open, &body, close, "\n"]);
        return;
    }
    out.push_str("! {\n");
    match entries(&call.tokens) {
        Some((head, entries)) => {
            out.extend(["    ", &head, " {\n"]);
            for entry in entries {
                out.extend(["        ", &entry, ",\n"]);
            }
            out.push_str("    }\n");
        }
        None => out.extend(["    ", &body, "\n"]),
    }
    out.push_str("}\n");
}

/// `Name { a, b }` as its head and its entries.
fn entries(body: &TokenStream) -> Option<(String, Vec<String>)> {
    let mut head: Vec<TokenTree> = body.clone().into_iter().collect();
    let TokenTree::Group(group) = head.pop()? else { return None };
    if group.delimiter() != Delimiter::Brace {
        return None;
    }
    let mut name = String::new();
    tokens(head.into_iter().collect(), &mut name);
    let mut entries = Vec::new();
    let mut entry: Vec<TokenTree> = Vec::new();
    let mut close = |entry: &mut Vec<TokenTree>| {
        if !entry.is_empty() {
            let mut text = String::new();
            tokens(entry.drain(..).collect(), &mut text);
            entries.push(text);
        }
    };
    for token in group.stream() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => close(&mut entry),
            token => entry.push(token),
        }
    }
    close(&mut entry);
    Some((name, entries))
}

/// Prints tokens on one line, with spaces where a person would put them.
fn tokens(stream: TokenStream, out: &mut String) {
    let mut glued = true;
    let mut after_name = false;
    let mut operator = String::new();
    let mut stream = stream.into_iter().peekable();
    while let Some(token) = stream.next() {
        match token {
            TokenTree::Punct(punct) => {
                operator.push(punct.as_char());
                let more =
                    punct.spacing() == Spacing::Joint && matches!(stream.peek(), Some(TokenTree::Punct(_)));
                if more {
                    continue;
                }
                let (before, after) = spaces(&operator);
                if before && !glued {
                    out.push(' ');
                }
                // The last comma of a list is for lists that stand one entry a line.
                if operator != "," || stream.peek().is_some() {
                    out.push_str(&operator);
                }
                operator.clear();
                (glued, after_name) = (!after, false);
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                let call =
                    after_name && matches!(group.delimiter(), Delimiter::Parenthesis | Delimiter::Bracket);
                if !glued && !call {
                    out.push(' ');
                }
                if group.stream().is_empty() {
                    out.extend([open.trim(), close.trim()]);
                } else {
                    out.push_str(open);
                    tokens(group.stream(), out);
                    out.push_str(close);
                }
                (glued, after_name) = (false, false);
            }
            word => {
                if !glued {
                    out.push(' ');
                }
                out.push_str(&word.to_string());
                (glued, after_name) = (false, matches!(word, TokenTree::Ident(_)));
            }
        }
    }
}

/// Whether an operator has a space before and after it.
fn spaces(operator: &str) -> (bool, bool) {
    match operator {
        "::" | "<" => (false, false),
        "," | ";" => (false, true),
        ".." | "&" | "'" => (true, false),
        _ if operator.bytes().all(|byte| byte == b'>') => (false, true),
        _ => (true, true),
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn printed(call: TokenStream) -> String {
        let mut out = String::new();
        print(&syn::parse2(call).unwrap(), &mut out);
        out
    }

    #[test]
    fn short_calls_stand_on_one_line() {
        for call in [
            "runtime::client!(Client, crate::API_VERSION);\n",
            "runtime::model! { Nothing {} }\n",
            "runtime::model! { Mount { a = \"A\" | \"a\", b = \"B\" or null, ..extra } }\n",
            "runtime::operation! { List, LIST, answer::Json<BTreeMap<String, Vec<models::X>>> }\n",
            "runtime::outcome! { Outcome { 200 => Yes(models::X), 204 => No } }\n",
            "runtime::headers! { H { stat = base64 \"X-Stat\" } }\n",
        ] {
            let tokens: TokenStream = call.trim_end().trim_end_matches(';').parse().unwrap();
            assert_eq!(printed(tokens), call);
        }
    }

    #[test]
    fn long_calls_stand_one_entry_a_line() {
        let name = "a".repeat(90);
        let text = printed(quote!(runtime::model! { Mount { a = #name, ..extra } }));
        assert_eq!(
            text,
            format!(
                "runtime::model! {{\n    Mount {{\n        a = {name:?},\n        ..extra,\n    }}\n}}\n"
            )
        );
    }
}
