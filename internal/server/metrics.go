package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics counts requests by route pattern and status. No label ever names a
// tenant, a user or a record: whoever reads the metrics may read nothing else.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	inFlight prometheus.Gauge
	jobRuns  *prometheus.CounterVec
	jobDone  *prometheus.GaugeVec
	halfMade prometheus.Gauge
	mail     *prometheus.CounterVec
	cells    *prometheus.GaugeVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bailiwick_http_requests_total", Help: "Requests answered, by route and status.",
		}, []string{"host", "method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "bailiwick_http_request_seconds", Help: "Time from the first byte read to the last written.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"host", "method", "route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "bailiwick_http_requests_in_flight", Help: "Requests being worked on.",
		}),
		jobRuns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bailiwick_job_runs_total", Help: "Runs of jobs by this process, by outcome: done or failed.",
		}, []string{"job", "outcome"}),
		jobDone: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "bailiwick_job_last_success_timestamp_seconds", Help: "When a job last succeeded, in whichever process.",
		}, []string{"job"}),
		halfMade: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "bailiwick_tenants_half_made", Help: "Workspaces whose creation was interrupted, when this process last looked.",
		}),
	}
	m.mail = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "bailiwick_mail_total", Help: "Attempts to hand mail over by this process, by outcome: sent, retried, given-up or outdated.",
	}, []string{"outcome"})
	m.cells = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "bailiwick_cell_up", Help: "Whether a cell could be reached when /readyz was last asked: 1 or 0.",
	}, []string{"cell"})
	m.registry.MustRegister(m.mail, m.cells, m.requests, m.seconds, m.inFlight, m.jobRuns, m.jobDone, m.halfMade,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// observe counts one answered request. A request off the table is counted
// under the route "none" and the method "other", so that strangers cannot add
// labels.
func (m *metrics) observe(x *exchange, method string, took time.Duration) {
	if x.row == nil {
		method = "other"
	}
	host, route := x.place.kind.String(), x.pattern()
	m.requests.WithLabelValues(host, method, route, strconv.Itoa(x.status)).Inc()
	m.seconds.WithLabelValues(host, method, route).Observe(took.Seconds())
}

// cell notes whether a cell can be reached.
func (m *metrics) cell(name string, up bool) {
	v := 0.0
	if up {
		v = 1
	}
	m.cells.WithLabelValues(name).Set(v)
}

// ran counts a run of a job that ended at an instant.
func (m *metrics) ran(job string, err error, at time.Time) {
	if err != nil {
		m.jobRuns.WithLabelValues(job, "failed").Inc()
		return
	}
	m.jobRuns.WithLabelValues(job, "done").Inc()
	m.seen(job, at.UnixMicro())
}

// seen notes a success of a job in Unix microseconds; 0 = none yet.
func (m *metrics) seen(job string, done int64) {
	if done > 0 {
		m.jobDone.WithLabelValues(job).Set(float64(done) / 1e6)
	}
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}
