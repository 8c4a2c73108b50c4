//! Plugins, as far as they are data: none is enabled.

use docker_engine_live::docker_engine::models;
use docker_engine_live::{Check, tar_of};
use serde_json::json;

/// A plugin that would need a privilege, as `docker plugin create` packs it.
fn archive() -> Vec<u8> {
    let config = json!({
        "description": "for a test",
        "documentation": "",
        "entrypoint": ["/program"],
        "interface": {"types": ["docker.dummy/1.0"], "socket": "dummy.sock"},
        "linux": {"capabilities": ["CAP_SYS_ADMIN"]},
        "network": {"type": "host"},
        "env": [{"name": "DEBUG", "settable": ["value"], "value": "0"}],
        "args": {"name": "", "settable": null, "value": null},
    });
    tar_of(&[("config.json", config.to_string().as_bytes()), ("rootfs/program", b"not one")])
}

fn no_auth() -> models::AuthConfig {
    models::AuthConfig::default()
}

pub(crate) async fn life_cycle(check: &Check) {
    let docker = &check.docker;
    let name = format!("{}/{}:1", check.engine.registry, check.named("plugin"));
    docker.plugin_create(&name, archive()).await.unwrap();
    let outcome = checked_life_cycle(check, &name).await;
    docker.plugin_delete(&name).force(true).await.unwrap();
    assert!(docker.plugin_inspect(&name).await.unwrap_err().is_not_found());
    outcome.unwrap();
}

/// What can fail after the plugin is there, and before it is removed.
async fn checked_life_cycle(check: &Check, name: &str) -> docker_engine_runtime::Result<()> {
    let docker = &check.docker;
    let listed = docker.plugin_list().await?;
    assert!(listed.iter().any(|plugin| plugin.name == name), "{listed:?}");
    #[cfg(feature = "since-1-30")]
    {
        let enabled = docker.plugin_list().filters(|filters| filters.raw("enabled", true)).await?;
        assert!(enabled.iter().all(|plugin| plugin.name != name));
    }

    docker.plugin_set(name, vec!["DEBUG=1".to_owned()]).await?;
    let inspected = docker.plugin_inspect(name).await?;
    assert!(!inspected.enabled);
    assert_eq!(inspected.settings.env, ["DEBUG=1"]);
    assert_eq!(inspected.config.entrypoint, ["/program"]);
    let error = docker.plugin_set(name, vec!["NOT_SETTABLE=1".to_owned()]).await.unwrap_err();
    assert!(error.message().contains("NOT_SETTABLE"), "{error}");

    let error = docker.plugin_enable(name, 1).await.unwrap_err();
    assert!(error.status().is_some_and(|status| status.is_server_error()), "it is no program: {error}");
    let error = docker.plugin_disable(name).await.unwrap_err();
    assert!(error.message().contains("disabled"), "{error}");

    docker.plugin_push(name).x_registry_auth(no_auth()).await?.finish().await?;
    let privileges: Vec<models::PluginPrivilege> = serde_json::from_value(json!([
        {"Name": "network", "Description": "permissions to access a network", "Value": ["host"]},
        {"Name": "capabilities", "Description": "list of additional capabilities required", "Value": ["CAP_SYS_ADMIN"]},
    ]))
    .unwrap();
    #[cfg(feature = "since-1-30")]
    assert_eq!(docker.get_plugin_privileges(name).await?, privileges);
    #[cfg(feature = "since-1-30")]
    docker.plugin_upgrade(name, name, privileges.clone()).await?.finish().await?;

    let pulled = check.named("pulled");
    docker.plugin_pull(name, privileges).name(&pulled).await?.finish().await?;
    let inspected = docker.plugin_inspect(&pulled).await?;
    docker.plugin_delete(&pulled).await?;
    assert_eq!(inspected.config.linux.capabilities, ["CAP_SYS_ADMIN"]);
    Ok(())
}

pub(crate) async fn errors(check: &Check) {
    let docker = &check.docker;
    let missing = format!("{}/{}:1", check.engine.registry, check.named("missing"));
    // That there is no such plugin is not said: it is one that asks for nothing.
    #[cfg(feature = "since-1-30")]
    assert_eq!(docker.get_plugin_privileges(&missing).await.unwrap(), []);
    assert!(docker.get_plugin_privileges("Not a Name").await.is_err());
    assert!(docker.plugin_inspect(&missing).await.unwrap_err().is_not_found());
    assert!(docker.plugin_delete(&missing).await.unwrap_err().is_not_found());
    assert!(docker.plugin_create(check.named("bad"), "not an archive").await.is_err());
    let pulled = match docker.plugin_pull(&missing, Vec::new()).await {
        Ok(progress) => progress.finish().await,
        Err(error) => Err(error),
    };
    assert!(pulled.is_err());
}
