"""`passalong up --demo`: a separate folder with a small living network of invented sharers on loopback.

place (the folder and its mark) -> village (who they are, from people.toml) -> street (their sites, served) ->
first_day (what Ann shared and did) -> days (something new every minute, and an answer to what is shared here)
"""
