//! Files of evidence in a bucket: a small server that speaks enough of S3 stands in for one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use actix_web::http::Method;
use actix_web::{App as Server, HttpRequest, HttpResponse, HttpServer, web};
use matters_arising::config::Secret;
use serde_json::Value;

use crate::evidence::{NAMED, PDF, content, sha256, some_bytes, upload};
use crate::harness::{App, Council, until};

/// What the bucket holds, and what was asked of it.
#[derive(Default)]
struct Bucket {
    objects: BTreeMap<String, Vec<u8>>,
    parts: BTreeMap<u32, Vec<u8>>,
    asked: Vec<String>,
    refuses: bool,
}

type Shared = Arc<Mutex<Bucket>>;

async fn answer(request: HttpRequest, body: web::Bytes, bucket: web::Data<Shared>) -> HttpResponse {
    let mut bucket = bucket.lock().unwrap();
    let query: BTreeMap<String, String> =
        url::form_urlencoded::parse(request.query_string().as_bytes())
            .into_owned()
            .collect();
    let path = request.path().to_owned();
    let signed = request.headers().get("authorization").is_some_and(|value| {
        value
            .to_str()
            .unwrap()
            .starts_with("AWS4-HMAC-SHA256 Credential=key-id/")
    });
    let named: Vec<_> = query.keys().cloned().collect();
    bucket
        .asked
        .push(format!("{} {}", request.method(), named.join(",")));
    if !signed || bucket.refuses {
        return HttpResponse::Forbidden().finish();
    }
    let etag = ("etag", "\"of-the-bucket\"");
    let xml = |text: &str| {
        HttpResponse::Ok()
            .content_type("application/xml")
            .body(text.to_owned())
    };
    match (
        request.method(),
        query.contains_key("uploads"),
        query.get("partNumber"),
        query.get("uploadId"),
    ) {
        (&Method::POST, true, ..) => xml(
            "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>",
        ),
        (&Method::PUT, _, Some(part), Some(_)) => {
            bucket.parts.insert(part.parse().unwrap(), body.to_vec());
            HttpResponse::Ok().insert_header(etag).finish()
        }
        (&Method::POST, _, _, Some(_)) => {
            let whole = std::mem::take(&mut bucket.parts)
                .into_values()
                .collect::<Vec<_>>()
                .concat();
            bucket.objects.insert(path, whole);
            xml(
                "<CompleteMultipartUploadResult><ETag>of-the-bucket</ETag></CompleteMultipartUploadResult>",
            )
        }
        (&Method::DELETE, _, _, Some(_)) => {
            bucket.parts.clear();
            HttpResponse::NoContent().finish()
        }
        (&Method::PUT, ..) => {
            bucket.objects.insert(path, body.to_vec());
            HttpResponse::Ok().insert_header(etag).finish()
        }
        (&Method::DELETE, ..) => {
            bucket.objects.remove(&path);
            HttpResponse::NoContent().finish()
        }
        (&Method::GET, ..) => match bucket.objects.get(&path) {
            Some(object) => HttpResponse::Ok()
                .insert_header(etag)
                .insert_header(("last-modified", "Mon, 10 Mar 2014 12:00:00 GMT"))
                .body(object.clone()),
            None => HttpResponse::NotFound().finish(),
        },
        _ => HttpResponse::MethodNotAllowed().finish(),
    }
}

/// A bucket on this machine, and a service that keeps its files in it, none larger than 12 MiB.
async fn with_bucket() -> (App, Shared) {
    let bucket = Shared::default();
    let held = web::Data::new(bucket.clone());
    let server = HttpServer::new(move || {
        Server::new()
            .app_data(held.clone())
            .app_data(web::PayloadConfig::new(64 * 1024 * 1024))
            .default_service(web::to(answer))
    })
    .workers(1)
    .disable_signals()
    .bind(("127.0.0.1", 0))
    .unwrap();
    let address = server.addrs()[0];
    tokio::spawn(server.run());
    let app = App::start_with(|config| {
        let evidence = &mut config.evidence;
        evidence.store = Some("s3://papers/evidence/of-the-council".parse().unwrap());
        evidence.endpoint = Some(format!("http://{address}").parse().unwrap());
        evidence.access_key_id = Some("key-id".to_owned());
        evidence.secret_access_key = Some(Secret::new("secret"));
        evidence.max_file_bytes = 12 * 1024 * 1024;
    })
    .await;
    (app, bucket)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_kept_in_a_bucket_and_read_from_it() {
    let (app, bucket) = with_bucket().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let action = council.action(council.undated()).await;
    for size in [10, 11 * 1024 * 1024] {
        let file = some_bytes(size);
        let added = upload(
            clerk,
            &action,
            NAMED,
            &[("content-type", PDF)],
            file.clone(),
        )
        .await
        .expect(201);
        assert_eq!(added.body["file"]["sha256"], sha256(&file));
        assert!(content(&app.reader(), added.header("location")).await == file);
    }
    let names: Vec<String> = bucket.lock().unwrap().objects.keys().cloned().collect();
    assert_eq!(names.len(), 2);
    for name in names {
        let expected = format!("/papers/evidence/of-the-council/{action}/");
        assert!(name.starts_with(&expected), "{name}");
    }
    let asked = bucket.lock().unwrap().asked.clone();
    assert_eq!(
        asked
            .iter()
            .filter(|ask| ask.contains("partNumber"))
            .count(),
        3,
        "{asked:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_is_taken_out_of_the_bucket() {
    let (app, bucket) = with_bucket().await;
    let council = Council::found(&app).await;
    let action = council.action(council.undated()).await;
    let eve = app.officer("eve");
    for size in [10, 7 * 1024 * 1024] {
        let refused = upload(
            &eve,
            &action,
            NAMED,
            &[("content-type", PDF)],
            some_bytes(size),
        )
        .await;
        refused.problem(403, "forbidden");
    }
    let bucket = bucket.lock().unwrap();
    assert!(bucket.objects.is_empty() && bucket.parts.is_empty());
    assert_eq!(
        bucket
            .asked
            .iter()
            .filter(|ask| ask.starts_with("DELETE"))
            .count(),
        2
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_refuses_is_said() {
    let (app, bucket) = with_bucket().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let action = council.action(council.undated()).await;
    let pdf = [("content-type", PDF)];
    let added = upload(clerk, &action, NAMED, &pdf, "%PDF")
        .await
        .expect(201);
    bucket.lock().unwrap().refuses = true;
    clerk
        .get(&format!("{}/file", added.header("location")))
        .await
        .problem(503, "unavailable");
    upload(clerk, &action, NAMED, &pdf, "%PDF")
        .await
        .problem(503, "unavailable");
    upload(clerk, &action, NAMED, &pdf, some_bytes(9_000_000))
        .await
        .problem(503, "unavailable");
    let evidence = clerk.all(&format!("/v1/actions/{action}/evidence")).await;
    assert_eq!(evidence.len(), 1);
    assert_eq!(evidence[0]["withdrawn"], Value::Null);
    // The first is still there once the bucket is well again.
    bucket.lock().unwrap().refuses = false;
    let found = until("the bucket answers", || {
        bucket.lock().unwrap().objects.values().next().cloned()
    });
    assert_eq!(found, b"%PDF");
    assert_eq!(content(clerk, added.header("location")).await, b"%PDF");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_is_given_up_leaves_no_parts_in_the_bucket() {
    let (app, bucket) = with_bucket().await;
    let council = Council::found(&app).await;
    let action = council.action(council.undated()).await;
    let pieces = (0..14).map(|_| Ok::<_, std::io::Error>(some_bytes(1024 * 1024)));
    let path = format!("/v1/actions/{action}/evidence-files?{NAMED}");
    let request = council.clerk.request(reqwest::Method::POST, &path);
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    // The service answers and closes while there is more to send, which its caller may or may not get to read.
    let _answer = request.header("content-type", PDF).body(body).send().await;
    let ended = || {
        let bucket = bucket.lock().unwrap();
        let aborted = bucket.asked.iter().any(|ask| ask == "DELETE uploadId");
        aborted.then(|| bucket.parts.len() + bucket.objects.len())
    };
    assert_eq!(until("the upload is ended", ended), 0);
}
