//! The pipe to the worker is an input like any other.

use engine::worker::frame::{FRAME_LIMIT, FrameError, read_frame, receive, write_frame};
use engine::worker::{Reply, Request};
use proptest::prelude::*;

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_frame(&mut bytes.as_slice());
        let _ = receive::<Reply>(&mut bytes.as_slice());
        let _ = receive::<Request>(&mut bytes.as_slice());
    }

    #[test]
    fn arbitrary_bodies_never_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut pipe = Vec::new();
        write_frame(&mut pipe, &body).expect("a short body");
        let _ = receive::<Reply>(&mut pipe.as_slice());
    }

    #[test]
    fn what_was_written_is_read(bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..5)) {
        let mut pipe = Vec::new();
        for body in &bodies {
            write_frame(&mut pipe, body).expect("a short body");
        }
        let mut pipe = pipe.as_slice();
        for body in &bodies {
            prop_assert_eq!(read_frame(&mut pipe).expect("a whole frame"), Some(body.clone()));
        }
        prop_assert_eq!(read_frame(&mut pipe).expect("a clean end"), None);
    }

    #[test]
    fn lengths_above_the_cap_are_refused(length in FRAME_LIMIT + 1..=u32::MAX) {
        let mut pipe: &[u8] = &length.to_le_bytes();
        let refused = read_frame(&mut pipe);
        let announced = if let Err(FrameError::TooLong { announced }) = refused { announced } else { 0 };
        prop_assert_eq!(announced, u64::from(length));
    }

    #[test]
    fn a_frame_cut_short_is_told_from_a_clean_end(cut in 1_usize..14) {
        let mut pipe = Vec::new();
        write_frame(&mut pipe, b"0123456789").expect("a short body");
        let told = matches!(read_frame(&mut &pipe[..cut]), Err(FrameError::Truncated));
        prop_assert!(told, "a cut after {} bytes looks like an end", cut);
    }
}
