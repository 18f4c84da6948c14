//! A queue of tasks, drained by priority.

/// A task; a higher priority goes first.
#[derive(Clone)]
pub struct Task {
    pub name: String,
    pub priority: u8,
}

/// The names in the order of their priority; equal ones stay in the order in which they were given.
pub fn schedule(tasks: &[Task]) -> Vec<String> {
    let queue = Vec::new();
    for task in tasks {
        let place = queue.iter().position(|other: &Task| other.priority < task.priority);
        queue.insert(place.unwrap_or(queue.len()), task.clone());
    }
    queue.into_iter().map(|task| task.name).collect()
}

/// How many tasks have at least the given priority.
pub fn urgent(tasks: &[Task], priority: u8) -> usize {
    tasks.iter().filter(|task| task.priority >= priority).count()
}
