//! Networks.

use docker_engine_live::Check;
use docker_engine_live::docker_engine::models;
use serde_json::json;

fn config(check: &Check, name: &str) -> models::NetworkCreateRequest {
    models::NetworkCreateRequest {
        name: name.to_owned(),
        driver: Some("bridge".into()),
        labels: Some(check.labels()),
        ..Default::default()
    }
}

pub(crate) async fn life_cycle(check: &Check) {
    let docker = &check.docker;
    let name = check.named("network");
    // A range that no other run is likely to use.
    let (a, b) = (fastrand::u8(100..200), fastrand::u8(..));
    let subnet = format!("10.{a}.{b}.0/24");
    // From JSON, for the type is not the same in all versions.
    let ipam = json!({
        "Driver": "default",
        "Config": [{"Subnet": subnet, "Gateway": format!("10.{a}.{b}.1")}],
    });
    let created = docker
        .network_create(models::NetworkCreateRequest {
            internal: Some(true),
            ipam: Some(serde_json::from_value(ipam.clone()).unwrap()),
            ..config(check, &name)
        })
        .await
        .unwrap();
    let id: String = docker_engine_live::given(created.id).unwrap();

    let inspected = docker.network_inspect(&name).await.unwrap();
    assert_eq!(inspected.id.as_deref(), Some(id.as_str()));
    assert_eq!((inspected.internal, inspected.driver.as_deref()), (Some(true), Some("bridge")));
    assert_eq!(serde_json::to_value(inspected.ipam.unwrap()).unwrap()["Config"], ipam["Config"]);
    assert_eq!(inspected.labels, Some(check.labels()));
    let listed = docker.network_list().filters(|filters| filters.name(&name).driver("bridge")).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].id, Some(id.clone()));

    let container = check.idle().await;
    let address = format!("10.{a}.{b}.77");
    let endpoint = models::EndpointSettings {
        aliases: Some(vec!["other-name".into()]),
        ipam_config: Some(models::EndpointIpamConfig {
            ipv4_address: Some(address.clone()),
            ..Default::default()
        }),
        ..Default::default()
    };
    let connect =
        models::NetworkConnectRequest { container: Some(container.clone()), endpoint_config: Some(endpoint) };
    docker.network_connect(&id, connect).await.unwrap();
    let networks =
        docker.container_inspect(&container).await.unwrap().network_settings.unwrap().networks.unwrap();
    assert_eq!(networks[&name].ip_address, Some(address.clone()));
    assert!(networks[&name].aliases.as_ref().unwrap().contains(&"other-name".to_owned()));
    let members = docker.network_inspect(&id).await.unwrap().containers.unwrap();
    assert_eq!(members[&container].ipv4_address, Some(format!("{address}/24")));
    let found = docker.exec_run(&container, ["ping", "-c", "1", "-W", "5", "other-name"]).await.unwrap();
    assert!(found.stdout_text().contains(&address), "{found:?}");

    // Podman deletes it, and then cannot delete the container.
    if !check.engine.podman {
        let refused = docker.network_delete(&id).await.unwrap_err();
        assert!(refused.is_forbidden() || refused.is_conflict(), "it is in use: {refused}");
    }
    let disconnect =
        models::NetworkDisconnectRequest { container: Some(container.clone()), force: Some(true) };
    docker.network_disconnect(&id, disconnect).await.unwrap();
    assert!(docker.network_inspect(&id).await.unwrap().containers.unwrap_or_default().is_empty());
    docker.network_delete(&id).await.unwrap();
    assert!(docker.network_inspect(&id).await.unwrap_err().is_not_found());
}

pub(crate) async fn at_creation_of_a_container(check: &Check) {
    let docker = &check.docker;
    let name = check.named("joined");
    docker.network_create(config(check, &name)).await.unwrap();
    let endpoint = models::EndpointSettings { aliases: Some(vec!["here".into()]), ..Default::default() };
    let id = check
        .start(models::ContainerCreateRequest {
            host_config: Some(models::HostConfig { network_mode: Some(name.clone()), ..Default::default() }),
            networking_config: Some(models::NetworkingConfig {
                endpoints_config: Some([(name.clone(), endpoint)].into()),
                ..Default::default()
            }),
            ..check.command(["sleep", "300"])
        })
        .await;
    let networks = docker.container_inspect(&id).await.unwrap().network_settings.unwrap().networks.unwrap();
    assert_eq!(networks.keys().collect::<Vec<_>>(), [&name]);
    assert!(networks[&name].aliases.as_ref().unwrap().contains(&"here".to_owned()));
}

pub(crate) async fn ports_are_published(check: &Check) {
    let ports = json!({"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}], "81/udp": null});
    let host = json!({"PortBindings": ports});
    let id = check
        .create(models::ContainerCreateRequest {
            exposed_ports: Some([("80/tcp".to_owned(), json!({})), ("81/udp".to_owned(), json!({}))].into()),
            host_config: Some(serde_json::from_value(host).unwrap()),
            ..check.command(["sleep", "300"])
        })
        .await;
    // The Engine chooses a port that seems free, and another process may be quicker.
    check
        .until("a free port", async || match check.docker.container_start(&id).await {
            Ok(_) => Ok(Some(())),
            Err(error) if error.message().contains("already") => Ok(None),
            Err(error) => Err(error),
        })
        .await;
    let inspected = check.docker.container_inspect(&id).await.unwrap();
    let config = serde_json::to_value(inspected.config.unwrap()).unwrap();
    assert_eq!(config["ExposedPorts"], json!({"80/tcp": {}, "81/udp": {}}));
    let ports = serde_json::to_value(inspected.network_settings.unwrap().ports.unwrap()).unwrap();
    assert_eq!(ports["80/tcp"][0]["HostIp"], "127.0.0.1");
    assert!(ports["80/tcp"][0]["HostPort"].as_str().unwrap().parse::<u16>().is_ok());
    let listed = check.docker.container_list().filters(|filters| filters.id(&id)).await.unwrap();
    // 26.1 tells it twice.
    let mut ports = listed[0].ports.iter().flatten();
    assert!(ports.any(|port| port.public_port.is_some()), "{:?}", listed[0].ports);
}

pub(crate) async fn prune(check: &Check) {
    let docker = &check.docker;
    let name = check.named("unused");
    docker.network_create(config(check, &name)).await.unwrap();
    let prune = || docker.network_prune().filters(|filters| filters.raw("label", check.label()));
    let pruned = check
        .until("the end of a race with containers that others remove", async || match prune().await {
            Ok(pruned) => Ok(Some(pruned)),
            Err(error) if check.engine.podman && error.message().contains("no container") => Ok(None),
            Err(error) => Err(error),
        })
        .await;
    assert_eq!(pruned.networks_deleted.unwrap(), [name.as_str()]);
    let again = prune().await.unwrap();
    assert_eq!(again.networks_deleted.unwrap_or_default(), [""; 0], "null on the wire");
}
