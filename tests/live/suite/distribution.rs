//! What registries say of an image, asked through the Engine.

use docker_engine_live::Check;
use docker_engine_live::docker_engine::models;

use crate::images::{credentials, push};

pub(crate) async fn inspect(check: &Check) {
    let docker = &check.docker;
    let image = push(check, &check.engine.registry, models::AuthConfig::default()).await;
    let inspected = docker.distribution_inspect(&image).await.unwrap();
    assert!(inspected.descriptor.digest.unwrap().starts_with("sha256:"));
    assert!(inspected.descriptor.size.unwrap() > 0);
    let missing = format!("{}/{}", check.engine.registry, check.named("missing"));
    let error = docker.distribution_inspect(&missing).await.unwrap_err();
    assert!(error.status().is_some_and(|status| status.as_u16() >= 400), "{error}");
}

pub(crate) async fn inspect_with_credentials(check: &Check) {
    let image = push(check, &check.engine.registry_auth, credentials("pass")).await;
    let inspect = || check.docker.distribution_inspect(&image);
    assert!(inspect().await.is_err(), "without credentials");
    assert!(inspect().x_registry_auth(credentials("wrong")).await.is_err(), "with wrong ones");
    let inspected = inspect().x_registry_auth(credentials("pass")).await.unwrap();
    assert!(inspected.descriptor.digest.unwrap().starts_with("sha256:"));
}
