//! Figures of the running house, as Prometheus reads them (text format 0.0.4). There is no global registry: whoever
//! counts is given this one and keeps the handles.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Upper bounds of a histogram's buckets in microseconds: around WeChat's 5 s and our own 50 ms.
const BOUNDS: [u64; 12] =
    [1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000];

/// The figures of one house; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Arc<Mutex<Registry>>);

#[derive(Debug, Default)]
struct Registry {
    counters: BTreeMap<Series, Counter>,
    gauges: BTreeMap<Series, Gauge>,
    histograms: BTreeMap<Series, Histogram>,
}

/// A name with its labels already written out. Series of one name stand together in the order of the map.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Series {
    name: &'static str,
    help: &'static str,
    labels: String,
}

/// A number that only grows.
#[derive(Clone, Debug, Default)]
pub struct Counter(Arc<AtomicU64>);

/// A number that goes up and down.
#[derive(Clone, Debug, Default)]
pub struct Gauge(Arc<AtomicI64>);

/// How long things took.
#[derive(Clone, Debug, Default)]
pub struct Histogram(Arc<Buckets>);

#[derive(Debug, Default)]
struct Buckets {
    /// One more than the bounds: the last takes what is longer than all of them.
    counts: [AtomicU64; BOUNDS.len() + 1],
    micros: AtomicU64,
}

impl Counter {
    /// One more.
    pub fn increment(&self) {
        self.add(1);
    }

    /// So many more.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// How many there are.
    pub fn total(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Gauge {
    /// It is this now.
    pub fn set(&self, value: i64) {
        self.0.store(value, Ordering::Relaxed);
    }
}

impl Histogram {
    /// Something took so long.
    pub fn observe(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.partition_point(|bound| *bound < micros);
        if let Some(count) = self.0.counts.get(bucket) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.0.micros.fetch_add(micros, Ordering::Relaxed);
    }
}

impl Metrics {
    /// The counter of a name (`lantai_…_total`) and labels, made when first asked for. The help of a name is always the
    /// same.
    pub fn counter(&self, name: &'static str, help: &'static str, labels: &[(&str, &str)]) -> Counter {
        self.registry().counters.entry(series(name, help, labels)).or_default().clone()
    }

    /// The gauge of a name and labels.
    pub fn gauge(&self, name: &'static str, help: &'static str, labels: &[(&str, &str)]) -> Gauge {
        self.registry().gauges.entry(series(name, help, labels)).or_default().clone()
    }

    /// The histogram of a name (`…_seconds`) and labels.
    pub fn histogram(&self, name: &'static str, help: &'static str, labels: &[(&str, &str)]) -> Histogram {
        self.registry().histograms.entry(series(name, help, labels)).or_default().clone()
    }

    /// All figures as the text that Prometheus reads.
    pub fn render(&self) -> String {
        let registry = self.registry();
        let mut text = String::new();
        let mut last = "";
        for (series, counter) in &registry.counters {
            head(&mut text, &mut last, series, "counter");
            line(&mut text, series.name, &series.labels, counter.total());
        }
        for (series, gauge) in &registry.gauges {
            head(&mut text, &mut last, series, "gauge");
            line(&mut text, series.name, &series.labels, gauge.0.load(Ordering::Relaxed));
        }
        for (series, histogram) in &registry.histograms {
            head(&mut text, &mut last, series, "histogram");
            buckets(&mut text, series, &histogram.0);
        }
        text
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        // Nothing that can panic happens under the lock, and figures are worth reading anyway.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn series(name: &'static str, help: &'static str, labels: &[(&str, &str)]) -> Series {
    let quoted = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}=\"{}\"", quoted(value))).collect();
    Series { name, help, labels: labels.join(",") }
}

fn head(text: &mut String, last: &mut &'static str, series: &Series, kind: &str) {
    if *last != series.name {
        *last = series.name;
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "# HELP {} {}\n# TYPE {} {kind}", series.name, series.help, series.name);
    }
}

fn line(text: &mut String, name: &str, labels: &str, value: impl std::fmt::Display) {
    let _ =
        if labels.is_empty() { writeln!(text, "{name} {value}") } else { writeln!(text, "{name}{{{labels}}} {value}") };
}

fn buckets(text: &mut String, series: &Series, buckets: &Buckets) {
    let Series { name, labels, .. } = series;
    let comma = if labels.is_empty() { "" } else { "," };
    let bounds = BOUNDS.iter().map(|bound| seconds(*bound)).chain(["+Inf".to_owned()]);
    let mut total = 0;
    for (bound, count) in bounds.zip(&buckets.counts) {
        total += count.load(Ordering::Relaxed);
        let _ = writeln!(text, "{name}_bucket{{{labels}{comma}le=\"{bound}\"}} {total}");
    }
    line(text, &format!("{name}_sum"), labels, seconds(buckets.micros.load(Ordering::Relaxed)));
    line(text, &format!("{name}_count"), labels, total);
}

/// Microseconds as decimal seconds, exactly.
fn seconds(micros: u64) -> String {
    let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_rendered_as_prometheus_reads_them() {
        let metrics = Metrics::default();
        metrics.counter("lantai_refused_total", "Refused callbacks.", &[("why", "a \"b\"\n")]).add(2);
        metrics.counter("lantai_refused_total", "Refused callbacks.", &[("why", "c")]).increment();
        metrics.gauge("lantai_jobs", "Jobs that wait.", &[]).set(-1);
        let expected = "# HELP lantai_refused_total Refused callbacks.\n# TYPE lantai_refused_total counter\n\
                        lantai_refused_total{why=\"a \\\"b\\\"\\n\"} 2\nlantai_refused_total{why=\"c\"} 1\n\
                        # HELP lantai_jobs Jobs that wait.\n# TYPE lantai_jobs gauge\nlantai_jobs -1\n";
        assert_eq!(metrics.render(), expected);
    }

    #[test]
    fn a_histogram_counts_upwards_and_sums_exactly() {
        let metrics = Metrics::default();
        let took = metrics.histogram("lantai_answer_seconds", "Time to answer.", &[("account", "demo")]);
        for millis in [1, 3, 40, 9000] {
            took.observe(Duration::from_millis(millis));
        }
        let text = metrics.render();
        for line in [
            "lantai_answer_seconds_bucket{account=\"demo\",le=\"0.001\"} 1",
            "lantai_answer_seconds_bucket{account=\"demo\",le=\"0.005\"} 2",
            "lantai_answer_seconds_bucket{account=\"demo\",le=\"5\"} 3",
            "lantai_answer_seconds_bucket{account=\"demo\",le=\"+Inf\"} 4",
            "lantai_answer_seconds_sum{account=\"demo\"} 9.044",
            "lantai_answer_seconds_count{account=\"demo\"} 4",
        ] {
            assert!(text.lines().any(|other| other == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn handles_of_the_same_name_count_together() {
        let metrics = Metrics::default();
        let counter = || metrics.counter("a_total", "A.", &[]);
        counter().increment();
        counter().increment();
        assert_eq!(counter().total(), 2);
    }
}
