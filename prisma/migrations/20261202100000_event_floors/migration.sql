-- Up to where the events of a stream are deleted.
CREATE TABLE "event_floor" (
    "stream_id" UUID NOT NULL,
    "position" BIGINT NOT NULL,

    CONSTRAINT "event_floor_pkey" PRIMARY KEY ("stream_id")
);
