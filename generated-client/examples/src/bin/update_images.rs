//! Keeps local images up to date: compares the digest of each with that of its registry, pulls those that differ, and
//! makes the containers that run the old one anew, with the same configuration and volumes.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use clap::Parser;
use docker_engine_examples::credentials::CredentialArguments;
use docker_engine_examples::name;
use docker_engine_v1_51::Client;
use docker_engine_v1_51::models::{
    AuthConfig, ContainerConfig, ContainerCreateRequest, ContainerInspectResponse, EndpointSettings,
    HostConfig, ImageConfig, MountType, NetworkingConfig,
};

/// Compare images with their registries, pull what is new, and make containers anew.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    credentials: CredentialArguments,
    /// Only tell which images are out of date
    #[arg(long)]
    dry_run: bool,
    /// Also make the containers of an image anew that was out of date
    #[arg(long, conflicts_with = "dry_run")]
    recreate: bool,
    /// Names of images, such as 127.0.0.1:5000/team/app:latest
    #[arg(required = true)]
    images: Vec<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let docker = Client::from_env()?;
    for image in &arguments.images {
        update(&docker, image, &arguments).await.with_context(|| image.clone())?;
    }
    Ok(())
}

async fn update(docker: &Client, image: &str, arguments: &Arguments) -> Result<()> {
    let auth = arguments.credentials.for_image(image).await?;
    let local = docker.image_inspect(image).await?;
    let mut distribution = docker.distribution_inspect(image);
    if let Some(auth) = auth.clone() {
        distribution = distribution.x_registry_auth(auth);
    }
    let newest = distribution.await?.descriptor.digest.context("the registry tells no digest")?;
    // A local digest is `name@sha256:…`, with the name of the registry that the image came from.
    let known = local.repo_digests.iter().flatten().any(|digest| digest.ends_with(&newest));
    if known {
        println!("{image}: up to date");
        return Ok(());
    }
    println!("{image}: the registry has {newest}");
    if arguments.dry_run {
        return Ok(());
    }
    let mut pull = docker.pull(image);
    if let Some(auth) = auth {
        pull = pull.auth(AuthConfig::from(auth));
    }
    pull.await?;
    println!("{image}: pulled");

    let old = local.id.context("the image has no id")?;
    let containers = docker.container_list().all(true).filters(|filters| filters.ancestor(&old)).await?;
    for container in containers {
        let name = name(&container);
        if arguments.recreate {
            recreate(docker, container.id.as_deref().unwrap_or_default(), image, local.config.as_ref())
                .await?;
            println!("{name}: made anew");
        } else {
            println!("{name}: runs the old image; --recreate makes it anew");
        }
    }
    Ok(())
}

/// Puts a new container of the same name and configuration in the place of an old one. If the new one cannot be made or
/// started, the old one is put back.
async fn recreate(docker: &Client, id: &str, image: &str, old_image: Option<&ImageConfig>) -> Result<()> {
    let old = docker.container_inspect(id).await?;
    let name = old.name.clone().unwrap_or_default().trim_start_matches('/').to_owned();
    let running = old.state.as_ref().and_then(|state| state.running).unwrap_or_default();
    let request = same_again(old, image, old_image)?;

    let aside = format!("{name}-old");
    docker.container_rename(id, &aside).await?;
    docker.container_stop(id).await?;
    let replaced = async {
        let created = docker.container_create(request).name(&name).await?;
        if running && let Err(error) = docker.container_start(&created.id).await {
            docker.container_delete(&created.id).force(true).await?;
            return Err(error);
        }
        Ok(())
    };
    if let Err(error) = replaced.await {
        docker.container_rename(id, &name).await?;
        if running {
            docker.container_start(id).await?;
        }
        return Err(error).with_context(|| format!("{name} is as it was"));
    }
    // Without `v`: its volumes are the new one's now.
    docker.container_delete(id).await?;
    Ok(())
}

/// What an old container was made from, for one of another image.
fn same_again(
    old: ContainerInspectResponse,
    image: &str,
    old_image: Option<&ImageConfig>,
) -> Result<ContainerCreateRequest> {
    let config = without_image(old.config.unwrap_or_default(), old_image, old.id.as_deref());
    // The two types have the same fields on the wire; one has two more.
    let mut request: ContainerCreateRequest = serde_json::from_value(serde_json::to_value(config)?)?;
    request.image = Some(image.to_owned());

    let mut host = old.host_config.unwrap_or_default();
    keep_volumes(&mut host, old.mounts.iter().flatten());
    request.host_config = Some(host);

    let networks = old.network_settings.and_then(|settings| settings.networks).unwrap_or_default();
    let endpoints: BTreeMap<_, _> = networks
        .into_iter()
        .map(|(name, network)| {
            // What the Engine gave it, addresses above all, it shall give anew.
            let asked = EndpointSettings {
                ipam_config: network.ipam_config,
                links: network.links,
                aliases: network.aliases,
                driver_opts: network.driver_opts,
                ..Default::default()
            };
            (name, asked)
        })
        .collect();
    request.networking_config = Some(NetworkingConfig { endpoints_config: Some(endpoints) });
    Ok(request)
}

/// Takes out what the old image said and the container only inherited, so that the new image can say otherwise.
fn without_image(
    mut config: ContainerConfig,
    image: Option<&ImageConfig>,
    id: Option<&str>,
) -> ContainerConfig {
    // The Engine names a host by the container's id if nobody else names it.
    if config.hostname.as_deref().is_some_and(|host| id.is_some_and(|id| id.starts_with(host))) {
        config.hostname = None;
    }
    let Some(image) = image else { return config };
    let inherited = image.env.as_deref().unwrap_or_default();
    if let Some(env) = &mut config.env {
        env.retain(|variable| !inherited.contains(variable));
    }
    if let (Some(labels), Some(inherited)) = (&mut config.labels, &image.labels) {
        labels.retain(|key, value| inherited.get(key) != Some(value));
    }
    fn forget<T: PartialEq>(own: &mut Option<T>, inherited: &Option<T>) {
        if own == inherited {
            *own = None;
        }
    }
    forget(&mut config.cmd, &image.cmd);
    forget(&mut config.entrypoint, &image.entrypoint);
    forget(&mut config.working_dir, &image.working_dir);
    forget(&mut config.user, &image.user);
    forget(&mut config.exposed_ports, &image.exposed_ports);
    forget(&mut config.volumes, &image.volumes);
    forget(&mut config.healthcheck, &image.healthcheck);
    forget(&mut config.stop_signal, &image.stop_signal);
    config
}

/// Names the volumes that the Engine made for the old container, so that the new one gets the same.
fn keep_volumes<'a>(
    host: &mut HostConfig,
    mounts: impl Iterator<Item = &'a docker_engine_v1_51::models::MountPoint>,
) {
    let asked: Vec<String> = host.mounts.iter().flatten().filter_map(|mount| mount.target.clone()).collect();
    let binds = host.binds.get_or_insert_default();
    for mount in mounts.filter(|mount| mount.type_ == Some(MountType::Volume)) {
        let (Some(name), Some(target)) = (&mount.name, &mount.destination) else { continue };
        let known = asked.contains(target) || binds.iter().any(|bind| bind.split(':').nth(1) == Some(target));
        if !known {
            binds.push(format!("{name}:{target}"));
        }
    }
}
