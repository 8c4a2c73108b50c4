//! What is asked of the Engine itself.

use std::time::{SystemTime, UNIX_EPOCH};

use docker_engine_live::Check;
use docker_engine_live::docker_engine::operations::SystemAuthOutcome;
use docker_engine_live::docker_engine::{API_VERSION, models};
use futures_util::TryStreamExt;

pub(crate) async fn version_and_ping(check: &Check) {
    let docker = &check.docker;
    assert_eq!(docker.negotiate().await.unwrap(), API_VERSION);
    let version = docker.system_version().await.unwrap();
    assert!(version.version.unwrap().starts_with(&check.engine.version));
    assert_eq!(version.api_version.unwrap(), check.engine.newest.to_string());
    assert_eq!(version.os.as_deref(), Some("linux"));
    #[cfg(feature = "since-1-35")]
    {
        let components = version.components.unwrap();
        let engine = components.iter().find(|component| component.name == "Engine").unwrap();
        assert!(!engine.details.as_ref().unwrap().is_empty());
    }

    let ping = docker.system_ping().await.unwrap();
    assert_eq!(ping.api_version, Some(check.engine.newest.to_string()));
    #[cfg(feature = "since-1-40")]
    {
        let head = docker.system_ping_head().await.unwrap();
        assert_eq!(head.api_version, ping.api_version);
        assert_eq!(head.ostype.as_deref(), Some("linux"));
    }
}

pub(crate) async fn info(check: &Check) {
    let info = check.docker.system_info().await.unwrap();
    assert!(info.server_version.unwrap().starts_with(&check.engine.version));
    assert!(info.ncpu.unwrap() > 0 && info.mem_total.unwrap() > 0);
    assert!(!info.id.unwrap().is_empty());
    assert!(info.plugins.unwrap().volume.unwrap().contains(&"local".to_owned()));
    #[cfg(feature = "since-1-35")]
    assert!(info.runtimes.unwrap().contains_key("runc"));
}

pub(crate) async fn data_usage(check: &Check) {
    let docker = &check.docker;
    let volume = check.named("usage");
    let config = models::VolumeCreateRequest {
        name: Some(volume.clone()),
        labels: Some(check.labels()),
        ..Default::default()
    };
    docker.volume_create(config).await.unwrap();
    let id = check.idle().await;
    let usage = docker.system_data_usage().await.unwrap();
    assert!(usage.layers_size.unwrap() > 0);
    assert!(
        usage.images.unwrap().iter().any(|image| image.repo_tags.iter().any(|tag| tag == "alpine:latest"))
    );
    assert!(usage.containers.unwrap().iter().any(|container| container.id.as_deref() == Some(id.as_str())));
    let volumes = usage.volumes.unwrap();
    let used = volumes.iter().find(|of| of.name == volume).unwrap().usage_data.as_ref().unwrap();
    assert_eq!((used.size, used.ref_count), (0, 0));

    #[cfg(feature = "since-1-42")]
    {
        let only = docker.system_data_usage().type_(["volume"]).await.unwrap();
        assert!(only.containers.is_none_or(|containers| containers.is_empty()));
        assert!(only.volumes.unwrap().iter().any(|of| of.name == volume));
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

pub(crate) async fn events_of_the_past(check: &Check) {
    let docker = &check.docker;
    let begun = now();
    let id = check.finished("exit 9").await;
    docker.container_delete(&id).await.unwrap();
    let events: Vec<_> = docker
        .system_events()
        .since((begun - 1).to_string())
        .until((now() + 1).to_string())
        .filters(|filters| filters.label(check.label()).type_("container"))
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    let actions: Vec<_> = events.iter().filter_map(|event| event.action.as_deref()).collect();
    assert_eq!(actions.first(), Some(&"create"));
    assert_eq!(actions.last(), Some(&"destroy"));
    let died = events.iter().find(|event| event.action.as_deref() == Some("die")).unwrap();
    let actor = died.actor.as_ref().unwrap();
    assert_eq!(actor.id.as_deref(), Some(id.as_str()));
    assert_eq!(actor.attributes.as_ref().unwrap()["exitCode"], "9");
    assert!(died.time.unwrap() >= begun as i64 && died.time_nano.unwrap() > 0);
}

pub(crate) async fn events_live(check: &Check) {
    let docker = &check.docker;
    let name = check.named("events");
    let mut events =
        docker.system_events().filters(|filters| filters.event("create").label(check.label())).await.unwrap();
    let created = docker.container_create(check.command(["true"])).name(&name).await.unwrap();
    let event = events.try_next().await.unwrap().unwrap();
    let actor = event.actor.unwrap();
    assert_eq!(actor.id, Some(created.id));
    assert_eq!(actor.attributes.unwrap()["name"], name);
}

pub(crate) async fn auth(check: &Check) {
    let docker = &check.docker;
    let server = &check.engine.registry_auth;
    let credentials = |password: &str| models::AuthConfig {
        serveraddress: Some(format!("http://{server}")),
        username: Some("user".into()),
        password: Some(password.into()),
        ..Default::default()
    };
    match docker.system_auth(credentials("pass")).await.unwrap() {
        SystemAuthOutcome::Authenticated(answer) => assert_eq!(answer.status, "Login Succeeded"),
        SystemAuthOutcome::NoContent => panic!("the Engine does say something"),
    }
    let error = docker.system_auth(credentials("wrong")).await.unwrap_err();
    assert!(error.is_server_error() || error.is_unauthorized(), "{error}");
    assert!(!error.to_string().contains("wrong"), "{error}");
}

#[cfg(feature = "since-1-40")]
pub(crate) async fn session(check: &Check) {
    use tokio::io::AsyncReadExt;

    // The Engine is the client of what is served over a session, and begins as one of HTTP/2 does.
    let mut connection = check.docker.session().await.unwrap().into_connection().unwrap();
    let mut preface = [0; 14];
    connection.read_exact(&mut preface).await.unwrap();
    assert_eq!(&preface, b"PRI * HTTP/2.0");
}
