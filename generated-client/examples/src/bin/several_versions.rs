//! One program for Engines of several ages: it asks the Engine for its API version and uses the crate that fits it.
//!
//! A crate speaks to older Engines by itself: it falls back to their version, and an operation that they lack is an error
//! before anything is sent. Several crates are for programs that need what a version renamed or dropped, or that want
//! the models to say what an old Engine knows.

use anyhow::Result;
use docker_engine_v1_51::runtime::ApiVersion;

/// The same program on the types of one crate.
macro_rules! program {
    ($module:ident, $version:ident) => {
        mod $module {
            use $version::Client;

            pub(crate) async fn print_images(docker: &Client) -> $version::Result<()> {
                for image in docker.image_list().await? {
                    println!("{:>12}  {}", image.size, image.repo_tags.join(", "));
                }
                Ok(())
            }
        }
    };
}

program!(oldest, docker_engine_v1_25);
program!(older, docker_engine_v1_41);
program!(newest, docker_engine_v1_51);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let docker = docker_engine_v1_51::Client::from_env()?;
    let spoken = docker.negotiate().await?;
    println!("the Engine speaks {spoken}");
    if spoken >= ApiVersion::new(1, 51) {
        newest::print_images(&docker).await?;
    } else if spoken >= ApiVersion::new(1, 41) {
        older::print_images(&docker_engine_v1_41::Client::from_env()?).await?;
    } else {
        oldest::print_images(&docker_engine_v1_25::Client::from_env()?).await?;
    }
    Ok(())
}
