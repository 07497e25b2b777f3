//! `compose.yaml`: the proxy in front, Django and FastAPI behind it.
//!
//! Only names and numbers that the program or the person at the command line chose go into it, nothing of the scanned code.

use crate::plan::proxy::{Options, Proxy};

fn image(proxy: Proxy) -> &'static str {
    match proxy {
        Proxy::Nginx => "nginx:1.28-alpine",
        Proxy::Haproxy => "haproxy:3.2-alpine",
        Proxy::Caddy => "caddy:2.10-alpine",
        Proxy::Traefik => "traefik:v3.5",
        Proxy::Envoy => "envoyproxy/envoy:v1.35-latest",
    }
}

/// How it is started on the files of the phase.
fn command(proxy: Proxy) -> &'static str {
    match proxy {
        Proxy::Nginx => "[\"nginx\", \"-c\", \"/kit/nginx.conf\", \"-g\", \"daemon off;\"]",
        Proxy::Haproxy => "[\"haproxy\", \"-f\", \"/kit/haproxy.cfg\"]",
        Proxy::Caddy => "[\"caddy\", \"run\", \"--config\", \"/kit/Caddyfile\", \"--adapter\", \"caddyfile\"]",
        Proxy::Traefik => "[\"traefik\", \"--configFile=/kit/traefik.yaml\"]",
        Proxy::Envoy => "[\"envoy\", \"-c\", \"/kit/envoy.json\"]",
    }
}

/// Where Django and FastAPI listen.
pub fn ports(options: &Options) -> (u16, u16) {
    let port = |address: &str, otherwise: u16| address.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(otherwise);
    (port(&options.django, 8000), port(&options.fastapi, 8001))
}

pub fn compose(front: Proxy, options: &Options) -> String {
    let (django, fastapi) = ports(options);
    let (listen, image, command, name) = (options.listen, image(front), command(front), front.name());
    // HAProxy makes the socket of its kill switch beside its configuration.
    let (user, mode) = if front == Proxy::Haproxy { ("    user: \"0\"\n", "") } else { ("", ":ro") };
    format!(
        "# The proxy in front, Django and FastAPI behind it. The phase, a folder below phases/, is chosen when it is started:
#
#     PHASE=02 docker compose up -d
#
# DJANGO_IMAGE and FASTAPI_IMAGE are the images of the two applications, .env has what they need from outside: at least SECRET_KEY and
# DATABASE_URL, the same for both.
name: rollout
services:
  proxy:
    image: {image}
    command: {command}
    working_dir: /kit
{user}    ports: [\"{listen}:{listen}\"]
    volumes:
      - ./phases/${{PHASE:-01}}/{name}:/kit{mode}
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
        for front in Proxy::ALL {
            let text = compose(front, &Options { listen: 9000, fastapi: "fastapi:8123".into(), ..Options::default() });
            assert!(text.contains(&format!("/phases/${{PHASE:-01}}/{}:/kit", front.name())) && text.contains("9000:9000"), "{text}");
            assert!(text.contains("\"127.0.0.1:8123:8123\"") && text.contains("\"127.0.0.1:8000:8000\""), "{text}");
        }
    }
}
