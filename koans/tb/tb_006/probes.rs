use crate::{Card, Suit, points, repeats};
use probe::{Draw, Record};

fn card(draw: &mut Draw) -> Card {
    let suit = *draw.pick(&[Suit::Clubs, Suit::Hearts, Suit::Spades]);
    Card { suit, rank: draw.int(1..4) }
}

pub fn repeated(draw: &mut Draw, record: &mut Record) {
    let mut hand: Vec<Card> = Vec::new();
    for _ in 0..12 {
        let next = if draw.chance(1, 3) { hand.last().copied() } else { None };
        let next = next.unwrap_or_else(|| card(draw));
        hand.push(next);
    }
    let found: usize = repeats(&hand);
    record.value("repeats", &found);
}

pub fn pointed(draw: &mut Draw, record: &mut Record) {
    let hand = draw.vec(0..9, card);
    let sum: u32 = points(&hand, Suit::Hearts);
    let found: usize = repeats(&hand[..hand.len().min(1)]);
    record.value("points", &(sum, found));
    let card = |suit: Suit, rank: u8| Card { suit, rank };
    let rank: u8 = draw.int(1..=255);
    let hand = [
        card(Suit::Hearts, rank),
        card(Suit::Spades, rank),
        card(Suit::Spades, rank),
        card(Suit::Spades, rank),
        card(Suit::Spades, 0),
    ];
    let sums: [u32; 3] = [Suit::Clubs, Suit::Hearts, Suit::Spades].map(|suit| points(&hand, suit));
    let counts: [usize; 3] = [repeats(&hand), repeats(&hand[..2]), repeats(&hand[3..])];
    record.value("edges", &(sums, counts));
}
