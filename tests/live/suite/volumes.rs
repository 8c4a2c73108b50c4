//! Volumes.

use std::collections::BTreeMap;

use docker_engine_live::docker_engine::models;
use docker_engine_live::{Check, given};

async fn create(check: &Check, name: &str) -> models::Volume {
    let config = models::VolumeCreateRequest {
        name: Some(name.to_owned()),
        driver: Some("local".into()),
        driver_opts: Some(BTreeMap::from([
            ("type".to_owned(), "tmpfs".to_owned()),
            ("device".to_owned(), "tmpfs".to_owned()),
            ("o".to_owned(), "size=1m".to_owned()),
        ])),
        labels: Some(check.labels()),
        ..Default::default()
    };
    check.docker.volume_create(config).await.unwrap()
}

pub(crate) async fn life_cycle(check: &Check) {
    let docker = &check.docker;
    let name = check.named("volume");
    let created = create(check, &name).await;
    assert_eq!((created.name.as_str(), created.driver.as_str()), (name.as_str(), "local"));
    let inspected = docker.volume_inspect(&name).await.unwrap();
    assert_eq!(inspected, created);
    assert_eq!(inspected.options["o"], "size=1m");
    assert_eq!(inspected.labels, check.labels());
    assert_eq!(inspected.scope, "local");

    let listed = docker.volume_list().filters(|filters| filters.name(&name).dangling(true)).await.unwrap();
    let listed = given::<Vec<_>>(listed.volumes).unwrap();
    assert_eq!(listed.iter().map(|volume| volume.name.as_str()).collect::<Vec<_>>(), [name.as_str()]);

    let mount = models::HostConfig { binds: Some(vec![format!("{name}:/data")]), ..Default::default() };
    let writer = models::ContainerCreateRequest {
        host_config: Some(mount.clone()),
        ..check.script("echo kept >/data/file; mount | grep ' /data ' >&2; sleep 300")
    };
    let id = check.start(writer).await;
    assert!(docker.volume_delete(&name).await.unwrap_err().is_conflict(), "it is in use");
    let mounted = check
        .until("the file", async || {
            let read = docker.exec_run(&id, ["cat", "/data/file"]).await?;
            Ok((read.stdout_text() == "kept\n").then_some(read))
        })
        .await;
    assert!(mounted.success());
    let points = docker.container_inspect(&id).await.unwrap().mounts.unwrap();
    assert_eq!(points[0].name.as_deref(), Some(name.as_str()));
    assert_eq!(points[0].rw, Some(true));
    docker.container_delete(&id).force(true).await.unwrap();

    docker.volume_delete(&name).await.unwrap();
    assert!(docker.volume_inspect(&name).await.unwrap_err().is_not_found());
    assert!(docker.volume_delete(&name).await.unwrap_err().is_not_found());
}

pub(crate) async fn anonymous_and_mounts(check: &Check) {
    let docker = &check.docker;
    let name = check.named("mounted");
    let mounts = vec![
        models::Mount {
            type_: Some("volume".into()),
            source: Some(name.clone()),
            target: Some("/named".into()),
            volume_options: Some(models::MountVolumeOptions {
                labels: Some(check.labels()),
                ..Default::default()
            }),
            ..Default::default()
        },
        models::Mount {
            type_: Some("tmpfs".into()),
            target: Some("/memory".into()),
            tmpfs_options: Some(models::MountTmpfsOptions {
                size_bytes: Some(1 << 20),
                ..Default::default()
            }),
            ..Default::default()
        },
        models::Mount {
            type_: Some("volume".into()),
            target: Some("/anonymous".into()),
            ..Default::default()
        },
    ];
    let host = models::HostConfig { mounts: Some(mounts), ..Default::default() };
    let config = models::ContainerCreateRequest {
        host_config: Some(host),
        ..check.script("touch /named/a /memory/b /anonymous/c")
    };
    let id = check.start(config).await;
    assert_eq!(docker.container_wait(&id).await.unwrap().status_code, 0);
    let points = docker.container_inspect(&id).await.unwrap().mounts.unwrap();
    let of = |path: &str| {
        let mut points = points.iter();
        points.find(|point| point.destination.as_deref() == Some(path)).unwrap().name.clone().unwrap()
    };
    let anonymous = of("/anonymous");
    assert_eq!(of("/named"), name);
    docker.container_delete(&id).v(true).await.unwrap();
    assert!(docker.volume_inspect(&anonymous).await.unwrap_err().is_not_found(), "gone with the container");
    let labels = docker.volume_inspect(&name).await.unwrap().labels;
    assert!(labels == check.labels() || check.engine.podman, "podman ignores them: {labels:?}");
}

pub(crate) async fn prune(check: &Check) {
    let docker = &check.docker;
    let name = check.named("unused");
    // Without options: a volume that has some is never pruned.
    let config = models::VolumeCreateRequest {
        name: Some(name.clone()),
        labels: Some(check.labels()),
        ..Default::default()
    };
    docker.volume_create(config).await.unwrap();
    let pruned = docker.volume_prune().filters(|filters| {
        let filters = filters.raw("label", check.label());
        // Since then only volumes without a name are pruned unless all are asked for.
        #[cfg(feature = "since-1-42")]
        let filters = filters.all(true);
        filters
    });
    let pruned = pruned.await.unwrap();
    assert_eq!(pruned.volumes_deleted.unwrap(), [name.as_str()]);
    assert!(docker.volume_inspect(&name).await.unwrap_err().is_not_found());
}

#[cfg(feature = "since-1-42")]
pub(crate) async fn update_is_for_cluster_volumes(check: &Check) {
    let name = check.named("local");
    create(check, &name).await;
    let error = check.docker.volume_update(&name, 0).await.unwrap_err();
    assert!(error.status().is_some(), "{error}");
}
