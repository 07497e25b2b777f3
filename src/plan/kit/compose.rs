//! `compose.yaml`: the proxy in front, Django and FastAPI behind it.
//!
//! Only names and numbers that the program or the person at the command line chose go into it, nothing of the scanned code.

use crate::plan::proxy::Options;

/// The proxies that there are configurations for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Front {
    #[default]
    Nginx,
    Haproxy,
    Caddy,
    Traefik,
    Envoy,
}

impl Front {
    pub const ALL: [Front; 5] = [Front::Nginx, Front::Haproxy, Front::Caddy, Front::Traefik, Front::Envoy];

    pub fn name(self) -> &'static str {
        match self {
            Front::Nginx => "nginx",
            Front::Haproxy => "haproxy",
            Front::Caddy => "caddy",
            Front::Traefik => "traefik",
            Front::Envoy => "envoy",
        }
    }

    /// The file of a phase that it reads.
    pub fn file(self) -> &'static str {
        match self {
            Front::Nginx => "nginx.conf",
            Front::Haproxy => "haproxy.cfg",
            Front::Caddy => "Caddyfile",
            Front::Traefik => "traefik.yaml",
            Front::Envoy => "envoy.yaml",
        }
    }

    fn image(self) -> &'static str {
        match self {
            Front::Nginx => "nginx:1.28-alpine",
            Front::Haproxy => "haproxy:3.2-alpine",
            Front::Caddy => "caddy:2.10-alpine",
            Front::Traefik => "traefik:v3.5",
            Front::Envoy => "envoyproxy/envoy:v1.35-latest",
        }
    }

    /// Where the image looks for its configuration.
    fn inside(self) -> &'static str {
        match self {
            Front::Nginx => "/etc/nginx/nginx.conf",
            Front::Haproxy => "/usr/local/etc/haproxy/haproxy.cfg",
            Front::Caddy => "/etc/caddy/Caddyfile",
            Front::Traefik => "/etc/traefik/dynamic.yaml",
            Front::Envoy => "/etc/envoy/envoy.yaml",
        }
    }
}

/// Where Django and FastAPI listen.
pub fn ports(options: &Options) -> (u16, u16) {
    let port = |address: &str, otherwise: u16| address.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(otherwise);
    (port(&options.django, 8000), port(&options.fastapi, 8001))
}

pub fn compose(front: Front, options: &Options) -> String {
    let (django, fastapi) = ports(options);
    let (listen, image, file, inside) = (options.listen, front.image(), front.file(), front.inside());
    // Traefik takes rules from the file of the phase, and where to listen from the command line.
    let command = if front == Front::Traefik {
        format!("    command: [\"--providers.file.filename={inside}\", \"--entrypoints.web.address=:{listen}\"]\n")
    } else {
        String::new()
    };
    format!(
        "# The proxy in front, Django and FastAPI behind it. The phase is chosen when it is started:
#
#     PHASE=01 docker compose up -d
#
# DJANGO_IMAGE and FASTAPI_IMAGE are the images of the two applications, .env has what they need from outside: at least SECRET_KEY and
# DATABASE_URL, the same for both.
name: rollout
services:
  proxy:
    image: {image}
{command}    ports: [\"{listen}:{listen}\"]
    volumes:
      - ./phases/${{PHASE:-00}}/{file}:{inside}:ro
    depends_on: [django, fastapi]
    restart: unless-stopped
  django:
    image: ${{DJANGO_IMAGE:?the image of the Django project}}
    env_file: [.env]
    # for the contract recorder on this machine
    ports: [\"127.0.0.1:{django}:{django}\"]
    restart: unless-stopped
  fastapi:
    image: ${{FASTAPI_IMAGE:?the image of the FastAPI application}}
    # Forwarded headers are believed whoever sends them: only the proxy may reach this port.
    command: [\"uvicorn\", \"app.main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"{fastapi}\", \"--proxy-headers\", \"--forwarded-allow-ips=*\"]
    env_file: [.env]
    ports: [\"127.0.0.1:{fastapi}:{fastapi}\"]
    restart: unless-stopped
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_proxy_gets_its_file() {
        for front in Front::ALL {
            let text = compose(front, &Options { listen: 9000, fastapi: "fastapi:8123".into(), ..Options::default() });
            assert!(text.contains(&format!("/phases/${{PHASE:-00}}/{}:", front.file())) && text.contains("9000:9000"), "{text}");
            assert!(text.contains("\"127.0.0.1:8123:8123\"") && text.contains("\"127.0.0.1:8000:8000\""), "{text}");
        }
    }
}
