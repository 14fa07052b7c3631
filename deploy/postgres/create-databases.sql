-- Run once, by an empty PostgreSQL: the two services share the server and nothing else.
create database booking;
create database crm;
