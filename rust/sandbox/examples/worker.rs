//! A worker process of its own, as the tests start it. The Python package starts its interpreter instead.

fn main() -> std::io::Result<()> {
    share_rs_sandbox::jail::worker_main(0)
}
