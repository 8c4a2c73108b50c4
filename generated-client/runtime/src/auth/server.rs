//! Names of registries: the many ways to write one, and the key that credentials are kept under.

/// The key of Docker Hub's credentials, a URL for historical reasons.
const HUB: &str = "https://index.docker.io/v1/";

/// What credentials of a registry are kept under: its host with its port, without scheme and path; for Docker Hub, however it is
/// called, `https://index.docker.io/v1/`.
pub fn server_key(server: &str) -> String {
    let server = server.trim();
    let rest = server.split_once("://").map_or(server, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    match host.to_ascii_lowercase().as_str() {
        "" | "docker.io" | "index.docker.io" | "registry-1.docker.io" | "registry.hub.docker.com" => {
            HUB.to_owned()
        }
        host => host.to_owned(),
    }
}

/// The registry that an image's name begins with; `docker.io` if it begins with none.
pub fn registry_of_image(image: &str) -> &str {
    match image.split_once('/') {
        // As the reference grammar tells hosts from the first part of a name.
        Some((first, _))
            if first == "localhost"
                || first.contains(['.', ':'])
                || first.bytes().any(|byte| byte.is_ascii_uppercase()) =>
        {
            first
        }
        _ => "docker.io",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        let hub = ["docker.io", "index.docker.io", "https://index.docker.io/v1/", "registry-1.docker.io", ""];
        for name in hub {
            assert_eq!(server_key(name), HUB, "{name}");
        }
        let same =
            ["h.example:5000", "https://h.example:5000", "http://h.example:5000/v2/", "H.example:5000/"];
        for name in same {
            assert_eq!(server_key(name), "h.example:5000", "{name}");
        }
    }

    #[test]
    fn registries() {
        let cases = [
            ("alpine", "docker.io"),
            ("me/alpine:3", "docker.io"),
            ("localhost/alpine", "localhost"),
            ("127.0.0.1:5000/a/b:c@sha256:00", "127.0.0.1:5000"),
            ("ghcr.io/a/b", "ghcr.io"),
            ("docker.io/library/alpine", "docker.io"),
            ("[::1]:5000/a", "[::1]:5000"),
        ];
        for (image, registry) in cases {
            assert_eq!(registry_of_image(image), registry, "{image}");
        }
    }
}
