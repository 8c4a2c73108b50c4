//! Bodies, answers and parameters as OpenAPI 3 writes them.

use super::{Body, Media, Parameter, Reader, Response};
use crate::diff::change::Location;
use crate::diff::wire::schema::At;

impl<'d> Reader<'d> {
    /// A parameter or header: its type stands in its `schema`, or in that of its `content`; deprecation stands beside.
    pub(super) fn openapi_parameter(&mut self, at: &At<'d>, location: Location) -> Parameter<'d> {
        let content = at.get("content").and_then(|content| content.entries().next());
        let encoded = content.and_then(|(_, media)| media.get("schema"));
        let schema: Vec<At<'d>> = at.get("schema").into_iter().chain([at.clone()]).collect();
        // What the format means where it is silent is said, so that silence and word compare equal.
        let form = matches!(location, Location::Query);
        let style = at.text("style").unwrap_or(if form { "form" } else { "simple" });
        let explode =
            at.node.get("explode").and_then(crate::swagger::Node::as_bool).unwrap_or(style == "form");
        let style = match (style, explode) {
            _ if encoded.is_some() => "json".to_owned(),
            ("form", true) => "multi".to_owned(),
            ("form" | "simple", false) => "csv".to_owned(),
            (style, true) => format!("{style}, exploded"),
            (style, false) => style.to_owned(),
        };
        Parameter {
            name: at.text("name").unwrap_or_default(),
            location,
            at: at.clone(),
            required: at.is("required"),
            schema,
            style: Some(style),
            encoded,
        }
    }

    pub(super) fn openapi_request(&mut self, operation: &At<'d>) -> Option<Body<'d>> {
        let at = self.resolve(&operation.get("requestBody")?);
        Some(Body { required: at.is("required"), content: content(&at), at })
    }

    pub(super) fn openapi_responses(&mut self, operation: &At<'d>) -> Vec<Response<'d>> {
        self.responses(operation, |reader, status, at| {
            let mut headers = Vec::new();
            for (name, header) in at.get("headers").iter().flat_map(At::named) {
                let header = reader.resolve(&header);
                headers.push(Parameter {
                    name,
                    ..reader.openapi_parameter(&header, Location::Response(status))
                });
            }
            Response { status, content: content(&at), headers, at }
        })
    }
}

fn content<'d>(at: &At<'d>) -> Vec<Media<'d>> {
    let content = at.get("content");
    content
        .iter()
        .flat_map(At::entries)
        .map(|(name, at)| Media { name: Some(name), schema: at.get("schema"), at })
        .collect()
}
