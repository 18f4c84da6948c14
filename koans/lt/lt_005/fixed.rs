//! Seats of a small theatre.

/// A hall with numbered seats; `None` is a free one.
pub struct Hall {
    pub seats: Vec<Option<String>>,
}

impl Hall {
    fn first_free(&mut self) -> Option<&mut Option<String>> {
        self.seats.iter_mut().find(|seat| seat.is_none())
    }

    /// Seats a party together or not at all: with fewer free seats than guests nothing changes and the answer is false.
    /// The guests take the first free seats in their order.
    pub fn seat(&mut self, guests: &[String]) -> bool {
        if self.seats.iter().filter(|seat| seat.is_none()).count() < guests.len() {
            return false;
        }
        for guest in guests {
            if let Some(place) = self.first_free() {
                *place = Some(guest.clone());
            }
        }
        true
    }
}
