import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Scope } from "#base";
import { type Process, startProgram } from "./proxy-processes.ts";

const NGINX = "/usr/sbin/nginx";

/** The order of our own TLS listeners, so that both sides encrypt with the same cipher. */
const TLS = `
    ssl_certificate web.pem;
    ssl_certificate_key web.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_prefer_server_ciphers on;
    ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384;`;

/** An nginx with two workers and without an access log. `dir` holds web.pem, web.key, ca.pem and www. */
export function startNginx(scope: Scope, dir: string, name: string, http: string): Process {
  const file = join(dir, `${name}.conf`);
  const state = join(dir, name);
  mkdirSync(state, { recursive: true });
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const text = `
daemon off;
worker_processes 2;
worker_rlimit_nofile 20000;
pid ${state}/pid;
error_log stderr warn;
events { worker_connections 20000; }
http {
  access_log off;
  server_tokens off;
  sendfile on;
  tcp_nopush on;
  default_type application/octet-stream;
  keepalive_requests 100000000;
${paths.map((path) => `  ${path}_temp_path ${state}/${path};`).join("\n")}
  map $http_upgrade $upgrade { default upgrade; "" ""; }
${http}
}
`;
  writeFileSync(file, text);
  return startProgram(scope, dir, NGINX, ["-p", dir, "-e", "stderr", "-c", file]);
}

/** The web server inside: two files, and a WebSocket echo behind it. */
export function insideHttp(port: number, scheme: "https" | "http", echo: number): string {
  return `
  server {
    listen 127.0.0.1:${port} ${scheme === "https" ? `ssl backlog=4096;${TLS}` : "backlog=4096;"}
    root www;
    location /api/health { return 200 "{}"; }
    location /ws {
      proxy_pass http://127.0.0.1:${echo};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $upgrade;
      proxy_read_timeout 1h;
    }
  }`;
}

/** The peer's edge: TLS towards guests, connections that are kept towards the SSH server's forwarded port. */
export function edgeHttp(port: number, forwarded: number, scheme: "https" | "http", host: string): string {
  return `
  upstream inside { server 127.0.0.1:${forwarded}; keepalive 64; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port} ssl backlog=4096;${TLS}
    server_name ${host};
    proxy_http_version 1.1;
    proxy_set_header Host $host;
    proxy_max_temp_file_size 0;
    proxy_ssl_server_name on;
    proxy_ssl_name ${host};
    proxy_ssl_trusted_certificate ca.pem;
    proxy_ssl_verify on;
    proxy_ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384;
    location / {
      proxy_pass ${scheme}://inside;
      proxy_set_header Connection "";
    }
    location /ws {
      proxy_pass ${scheme}://inside;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $upgrade;
      proxy_read_timeout 1h;
    }
  }`;
}
